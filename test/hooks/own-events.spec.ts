import { Transform, Type as Nested } from 'class-transformer';
import { IsArray, IsEmail, IsInt, IsString, ValidateNested } from 'class-validator';
import { createHmac, randomUUID } from 'node:crypto';
import { EventDto, type EventHook, EventType, NoteClientHook, redactPaths, type StoredEvent } from 'nestjs-event-log';
import { closeApps } from '../utils/create-app.js';
import { describeHooks } from './hook-host.js';

class CustomerDto {
  @IsString() name!: string;
  @IsString() email!: string;
}

/** What its decorators make of an event, they would make into something else when asked again. */
@EventType('order')
class OrderEventDto extends EventDto {
  @IsInt() @Transform(({ value }) => value * 100) total!: number;
  @IsArray() @Transform(({ value }) => value.split(',')) tags!: string[];
  @ValidateNested() @Nested(() => CustomerDto) customer!: CustomerDto;
  @IsString() token: string = randomUUID();
}

/** Without any transformation. */
@EventType('signup')
class SignupEventDto extends EventDto {
  @IsEmail() email!: string;
  @IsInt() age!: number;
}

const ORDER = { entityType: 'order', type: 'order.completed', total: 12, customer: { name: 'Ann', email: 'ann@example.com' } };
const STORED = { ...ORDER, total: 1_200, tags: ['a', 'b'], token: expect.any(String) };

class NoteHook implements EventHook {
  beforeStore(event: StoredEvent): StoredEvent {
    return { ...event, properties: { seen: Object.keys(event) } };
  }
}

afterEach(closeApps);

describeHooks('Hooks and entity types of the host', (start) => {
  const entityTypes = [OrderEventDto, SignupEventDto];
  const order = () => ({ ...ORDER, tags: 'a,b', id: randomUUID() }) as never as { id: string };

  it('a hook sees own fields flat, and their class is asked once, however many hooks there are', async () => {
    const { client, eventLog, stored } = await start({ entityTypes, hooks: [NoteHook, NoteClientHook] });
    const event = order();
    const answer = await client.log(event);
    expect([answer.status, answer.json()]).toMatchObject([200, STORED]);
    const seen = (await stored(event.id))?.properties?.seen;
    expect(seen).toEqual(expect.arrayContaining(['total', 'tags', 'customer', 'token', 'type', 'entityType']));
    expect(seen).not.toContain('fields');
    expect((await stored(event.id))?.fields).toMatchObject({ total: 1_200, tags: ['a', 'b'], token: answer.json().token });
    expect((await client.log(event)).header('idempotent-replayed')).toBe('true');
    expect((await client.log({ ...event, total: 13 })).status).toBe(409);
    expect((await eventLog.log(OrderEventDto, { ...order(), entityType: undefined } as never)).event).toMatchObject(STORED);
  });

  it('what a hook changes of them is checked by their class', async () => {
    class AgeHook implements EventHook {
      beforeStore(event: StoredEvent): StoredEvent {
        return Object.assign(event, { age: event.type === 'broken' ? 'old' : 30 });
      }
    }
    const { client, lines } = await start({ entityTypes, hooks: [AgeHook] });
    const signup = { entityType: 'signup', type: 't', email: 'ann@example.com', age: 29 };
    expect((await client.log(signup)).json()).toMatchObject({ ...signup, age: 30 });
    expect((await client.log({ ...signup, type: 'broken' })).status).toBe(500);
    expect(
      lines.filter((line) => line.includes('AgeHook.beforeStore() returned an event that is not valid: see #/age')),
    ).toHaveLength(1);
  });

  it('redactPaths() goes into them', async () => {
    const secret = 'a secret of 16 bytes or more';
    const { client } = await start({ entityTypes: [PlainOrderDto], hooks: [redactPaths({ hash: ['customer.email'], secret })] });
    const email = createHmac('sha256', secret).update(ORDER.customer.email).digest('hex');
    expect((await client.log(ORDER)).json()).toMatchObject({ ...ORDER, customer: { name: 'Ann', email } });
  });
});

@EventType('order')
class PlainOrderDto extends EventDto {
  @IsInt() total!: number;
  @ValidateNested() @Nested(() => CustomerDto) customer!: CustomerDto;
}
