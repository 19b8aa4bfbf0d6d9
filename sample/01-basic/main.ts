import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { locationOf } from './database.js';
import { readSettings } from './settings.js';

const settings = readSettings();
const adapter = settings.adapter === 'fastify' ? new FastifyAdapter({ return503OnClosing: false }) : new ExpressAdapter();
const app = await NestFactory.create(AppModule.with(settings), adapter, { logger: ['warn', 'error'], abortOnError: false });
app.enableShutdownHooks();
await app.listen(settings.port);

const { port } = app.getHttpServer().address();
// Not with its password, and there is no other URL that people would have at hand.
const databaseUrl = settings.databaseUrl.startsWith('sqlite:') ? settings.databaseUrl : '"$DATABASE_URL"';
const [{ key }, , { key: readKey }] = settings.apiKeys;
console.log(`
Events are taken at http://localhost:${port}/events (${settings.adapter})
and stored in ${locationOf(settings.databaseUrl)}

Open a page that logs:
  http://localhost:${port}/

Log one:
  curl http://localhost:${port}/events -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' \\
    -d '{"entityType":"message","type":"message:copied","messageId":"msg_1","properties":{"language":"ts"}}'

Make a key of your own:
  npm run -s keys -- create --name my-site --kind api --database ${databaseUrl}

See the newest:
  curl http://localhost:${port}/recent -H 'Authorization: Bearer ${readKey}'
`);
