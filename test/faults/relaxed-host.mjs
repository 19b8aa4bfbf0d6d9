// The sample's application, with commits that SQLite does not sync: what no host can configure, as the library sets
// synchronous=FULL on its connection. For tests that must find what this loses.
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { AppModule } from '../../dist/sample/01-basic/app.module.js';
import { readSettings } from '../../dist/sample/01-basic/settings.js';

const app = await NestFactory.create(AppModule.with(readSettings()), { logger: false });
await app.listen(0);
await app.get(DataSource).query('PRAGMA synchronous = NORMAL');
console.log(`http://localhost:${app.getHttpServer().address().port}/events`);
