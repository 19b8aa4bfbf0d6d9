import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IsBoolean, IsIn, IsInt, IsString, Min } from 'class-validator';
import { EventLogModule, EventLogService } from 'nestjs-event-log';
import { typeOrmStorage } from 'nestjs-event-log/typeorm';
import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import { CONTRACT_ENTITY_TYPES } from '../lib/events/entity-types/contract-entity-types.js';
import { EventDto } from '../lib/events/entity-types/event.dto.js';
import { EventType } from '../lib/events/entity-types/event-type.decorator.js';
import { EntityTypeRegistry } from '../lib/events/entity-types/entity-type.registry.js';
import { EventParser } from '../lib/events/event-parser.js';
import { BODY, EVENT } from './event.js';
import { median, type Ratio } from './figures.js';
import { databaseOf } from './servers/database.js';
import { insertMany } from './servers/insert-many.js';

@EventType('order')
class OrderEventDto extends EventDto {
  @IsString() orderId!: string;
  @IsInt() @Min(0) totalCents!: number;
  @IsString() currency!: string;
  @IsBoolean() isPaid!: boolean;
  @IsIn(['web', 'shop']) channel!: string;
}

const ROUNDS = 15;
const REPEATS = 5_000;
const EVENTS = 1_000;
const MAX_BYTES = 2 * 1024 * 1024;

/** Time to parse and check an event, to `JSON.parse` and `JSON.stringify` of it. */
export function parsing(): Ratio {
  const parser = new EventParser(new EntityTypeRegistry(CONTRACT_ENTITY_TYPES), MAX_BYTES);
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const plain = timeOf(() => JSON.stringify(JSON.parse(BODY)));
    const checked = timeOf(() => parser.parseJson(BODY));
    ratios.push(checked / plain);
  }
  return {
    name: `parse and check ${BODY.length} bytes, in times of JSON.parse + JSON.stringify`,
    value: median(ratios),
    atMost: 5,
  };
}

/** Time to parse and check an event with five plain fields of its own, to one about a message that is as long. */
export function parsingOwn(): Ratio {
  const parser = new EventParser(new EntityTypeRegistry([...CONTRACT_ENTITY_TYPES, OrderEventDto]), MAX_BYTES);
  const own = { orderId: 'o-1', totalCents: 1290, currency: 'EUR', isPaid: true, channel: 'web' };
  const event = { ...EVENT, entityType: 'order', messageId: undefined, ...own };
  const ownBody = JSON.stringify(event);
  const messageBody = JSON.stringify({
    ...EVENT,
    messageId: EVENT.messageId.padEnd(EVENT.messageId.length + ownBody.length - BODY.length, 'm'),
  });
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const message = timeOf(() => parser.parseJson(messageBody));
    ratios.push(timeOf(() => parser.parseJson(ownBody)) / message);
  }
  return {
    name: `parse and check an event of ${ownBody.length} bytes with five own fields, in times of a message event as long`,
    value: median(ratios),
    atMost: 1.3,
  };
}

function timeOf(run: () => unknown): number {
  const start = performance.now();
  for (let i = 0; i < REPEATS; i++) run();
  return performance.now() - start;
}

/** Events a second of `logMany()`, to those of one raw `unnest` insert of as many rows into the same table. */
export async function loggingMany(url: string): Promise<Ratio> {
  const app = await NestFactory.createApplicationContext(
    {
      module: class BenchModule {},
      imports: [
        TypeOrmModule.forRoot(databaseOf(url)),
        EventLogModule.forRoot({
          apiKeys: [{ id: 'bench', key: randomUUID(), scopes: ['events:write'] }],
          storage: typeOrmStorage(),
        }),
      ],
    },
    { logger: ['error'] },
  );
  const pool = new Pool({ connectionString: url, max: 1 });
  const events = Array.from({ length: EVENTS }, () => ({ ...EVENT, entityType: 'message' as const }));
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await insertMany(pool, events);
    const between = performance.now();
    await app.get(EventLogService).logMany(events);
    ratios.push((between - start) / (performance.now() - between));
  }
  await pool.end();
  await app.close();
  return {
    name: `logMany() of ${EVENTS} events, to one raw insert of ${EVENTS} rows (events/s)`,
    value: median(ratios),
    atLeast: 0.5,
  };
}
