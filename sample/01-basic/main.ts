import { ConsoleLogger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { databaseOption, locationOf } from './database.js';
import { failureOf } from './failure.js';
import { PROJECT } from './page.controller.js';
import { readSettings } from './settings.js';

async function start(): Promise<void> {
  const settings = readSettings();
  const adapter = settings.adapter === 'fastify' ? new FastifyAdapter({ return503OnClosing: false }) : new ExpressAdapter();
  // Without a log until here: Nest would tell an error with its stack, what follows below tells it in a sentence.
  const app = await NestFactory.create(AppModule.with(settings), adapter, { logger: false, abortOnError: false });
  app.useLogger(new ConsoleLogger());
  app.enableShutdownHooks();
  await app.listen(settings.port);

  const { port } = app.getHttpServer().address();
  const keyOf = (id: string) => settings.apiKeys.find((key) => key.id === id)?.key;
  console.log(`
Events are taken at http://localhost:${port}/events (${settings.adapter})
and stored in ${locationOf(settings.databaseUrl)}

Open a page that logs:
  http://localhost:${port}/

See what it has logged, on a page that asks for a key; ${keyOf('read')} may read:
  http://localhost:${port}/event-log

Log one:
  curl http://localhost:${port}/events -H 'Authorization: Bearer ${keyOf('api')}' -H 'Content-Type: application/json' \\
    -d '{"entityType":"message","type":"message:copied","messageId":"msg_1","properties":{"language":"ts"}}'

Make a key of your own:
  npm run -s keys -- create --name my-site --kind api --project ${PROJECT}${databaseOption(settings.databaseUrl)}

See the newest:
  curl http://localhost:${port}/query/events -H 'Authorization: Bearer ${keyOf('read')}'
`);
}

await start().catch((error: unknown) => {
  console.error(failureOf(error));
  process.exit(1); // the connections to the database would keep it alive
});
