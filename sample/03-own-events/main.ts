import { NestFactory } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { mkdirSync } from 'node:fs';
import { AppModule } from './app.module.js';

mkdirSync('data', { recursive: true });
const app = await NestFactory.create(AppModule.with('data/shop.sqlite'), { logger: ['log', 'warn', 'error'] });
app.enableShutdownHooks();

const config = new DocumentBuilder().setTitle('Shop').addBearerAuth().build();
SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, config));
await app.listen(process.env.PORT ?? 3000);

const { port } = app.getHttpServer().address();
console.log(`
The document of all routes: http://localhost:${port}/docs

Place an order, which the shop logs:
  curl http://localhost:${port}/orders -H 'Content-Type: application/json' \\
    -d '{"userId":"u1","items":[{"sku":"mug","quantity":2}]}'

Log what happens to it from elsewhere:
  curl http://localhost:${port}/events -H 'Authorization: Bearer demo-api-key' -H 'Content-Type: application/json' \\
    -d '{"entityType":"order","type":"order.shipped","orderId":"0193a5a0-0000-7000-8000-000000000001","totalCents":1800}'
`);
