import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppModule } from './app.module.js';
import type { Settings } from './settings.js';

/** A worker of the cluster: an application like any other, on a port that all of them share. */
export async function startWorker(settings: Settings): Promise<void> {
  // Fastify would answer 503 from SIGTERM on; the module serves what still comes.
  const adapter = settings.adapter === 'fastify' ? new FastifyAdapter({ return503OnClosing: false }) : new ExpressAdapter();
  const app = await NestFactory.create(AppModule.with(settings), adapter, { logger: ['log', 'warn', 'error'] });
  app.enableShutdownHooks();
  app.use((_request: IncomingMessage, response: ServerResponse, next: () => void) => {
    response.setHeader('X-Worker', String(process.pid));
    next();
  });
  await app.listen(settings.port);
}
