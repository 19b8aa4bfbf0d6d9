import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';

const app = await NestFactory.create(AppModule, { logger: ['warn', 'error'] });
app.enableShutdownHooks();
await app.listen(process.env.PORT ?? 3000);
console.log(`Events are taken at http://localhost:${app.getHttpServer().address().port}/events`);
