import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';

// One of the instances that main.ts starts, and ends by closing the channel between them, also where it is killed.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
const { PORT, DATABASE_URL, WEBHOOK_URL, WEBHOOK_SECRET } = process.env;
const webhook = { url: WEBHOOK_URL!, secret: WEBHOOK_SECRET! };
const app = await NestFactory.create(AppModule.with(DATABASE_URL!, webhook), { logger: ['log', 'warn', 'error'] });
app.enableShutdownHooks();
await app.listen(PORT!);
process.send!({ pid: process.pid, port: app.getHttpServer().address().port });
