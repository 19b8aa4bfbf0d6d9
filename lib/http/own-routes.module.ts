import { type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { OwnRoutes } from './own-routes.js';
import { PendingAnswers } from './pending-answers.js';

/** To be imported by each module that has controllers with `@OwnRoute()`; a host without one claims nothing. */
@Module({ providers: [PendingAnswers, OwnRoutes], exports: [PendingAnswers] })
export class OwnRoutesModule implements NestModule {
  constructor(private readonly routes: OwnRoutes) {}

  /** The one moment, in an application and in a testing module, when the adapter is there and no route is yet. */
  configure(_consumer: MiddlewareConsumer): void {
    this.routes.claim();
  }
}
