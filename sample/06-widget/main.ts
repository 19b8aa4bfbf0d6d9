import { ConsoleLogger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { locationOf } from '../01-basic/database.js';
import { failureOf } from '../01-basic/failure.js';
import { AppModule } from './app.module.js';
import { readSettings } from './settings.js';

async function start(): Promise<void> {
  const settings = readSettings();
  const adapter = settings.adapter === 'fastify' ? new FastifyAdapter({ return503OnClosing: false }) : new ExpressAdapter();
  const app = await NestFactory.create(AppModule.with(settings), adapter, { logger: false, abortOnError: false });
  app.useLogger(new ConsoleLogger());
  app.enableShutdownHooks();
  await app.listen(settings.port);
  const { port } = app.getHttpServer().address();
  console.log(`
A page with ${settings.widgetScript === undefined ? 'a chat that makes the calls of the widget' : 'the real widget'}:
  http://localhost:${port}/

Chats and thumbs are kept in ${locationOf(settings.databaseUrl)}; read them:
  curl http://localhost:${port}/conversations -H 'Authorization: Bearer demo-server-key'
  curl http://localhost:${port}/feedback -H 'Authorization: Bearer demo-server-key'
`);
}

await start().catch((error: unknown) => {
  console.error(failureOf(error));
  process.exit(1); // the connections to the database would keep it alive
});
