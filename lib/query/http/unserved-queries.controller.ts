import { NotFoundException } from '@nestjs/common';
import { OwnRoute } from '../../http/own-route.decorator.js';
import { ReadController } from './read-controller.decorator.js';

const ANNOTATIONS = ['semantic-threads', 'semantic-threads/export'];
const JSON_BODY = { methods: ['POST'], body: 'application/json' } as const;

/** What clients of the SDK also ask for: told in words, as a plain 404 looks like a wrong URL. */
@ReadController()
export class UnservedQueriesController {
  @OwnRoute(JSON_BODY, ANNOTATIONS)
  refuse(): never {
    throw new NotFoundException(
      'This server has no semantic threads: they are what a language model says of conversations, and none runs here',
    );
  }
}
