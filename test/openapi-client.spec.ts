import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsInt, IsOptional, IsString, IsUUID, Min, ValidateNested } from 'class-validator';
import { EventDto, EventLogModule, EventType } from 'nestjs-event-log';
import { EventLogConversationsModule } from 'nestjs-event-log/conversations';
import { EventLogQueryModule } from 'nestjs-event-log/query';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import openapiTypeScript, { astToString } from 'openapi-typescript';
import { ADAPTERS, closeApps, createApp } from './utils/create-app.js';

const run = promisify(execFile);
const KEY = 'key-of-the-site';

class OrderItemDto {
  @IsString()
  sku!: string;
}

@EventType('order')
class OrderEventDto extends EventDto {
  @IsUUID()
  orderId!: string;

  @IsInt()
  @Min(0)
  totalCents!: number;

  @IsOptional()
  @ValidateNested({ each: true })
  @Type(() => OrderItemDto)
  @ArrayMaxSize(100)
  items?: OrderItemDto[];
}

/** What a team writes that has nothing but the document. */
const CLIENT = `
import createClient from 'openapi-fetch';
import type { components, paths } from './api.mjs';

type Event = components['schemas']['EventLogEvent'];

const [, , baseUrl, key] = process.argv;
const client = createClient<paths>({ baseUrl, headers: { Authorization: 'Bearer ' + key } });
const orderId = '01890a5d-ac96-774b-bcce-b302099a8057';
const events: Event[] = [
  { entityType: 'message', type: 't', messageId: 'm' },
  { entityType: 'conversation', type: 't', conversationId: 'c', userProperties: { userId: 7, plan: 'pro' } },
  { entityType: 'search', type: 't', searchQuery: 'q', properties: { deep: [{ a: 1 }] }, projectId: null },
  { entityType: 'order', type: 'order.completed', orderId, totalCents: 5, items: [{ sku: 'a' }] },
];
for (const body of events) {
  const { data, error, response } = await client.POST('/events', { body });
  if (error !== undefined) throw new Error(error.detail + error.errors?.[0].pointer);
  const about = data.entityType === 'order' ? data.items?.[0].sku : data.entityType;
  console.log(response.status, about, typeof data.createdAt);
}
const { error } = await client.POST('/events', { body: { ...events[3], orderId: 'none' } as Event });
console.log(error?.status, error?.code, error?.errors?.[0].pointer);

const { data: page } = await client.GET('/query/events', { params: { query: { entityType: 'order', limit: 1 } } });
const [order] = page!.data;
const { data: same } = await client.GET('/query/events/{id}', { params: { path: { id: order.id } } });
console.log(same?.entityType === 'order' && same.orderId, page!.nextCursor);
const { data: answer } = await client.POST('/query/events', {
  body: {
    select: [{ type: 'aggregation', aggregation: 'count' }],
    where: { and: [{ condition: { field: 'fields', operator: 'eq', value: { path: ['totalCents'], value: 5 } } }] },
  },
});
console.log(answer?.data.result[0].count, answer?.data.total);
const { data: keys } = await client.POST('/query/property-keys', { body: { field: 'userProperties' } });
console.log(keys?.results.join());
const { data: searches } = await client.GET('/query/top-search-queries');
console.log(searches?.data.result[0].search_query, searches?.data.result[0].count);
const { data: csv } = await client.POST('/query/events/export', {
  body: { select: [{ type: 'field', field: 'eventType' }], orderBy: [{ field: 'eventType', direction: 'asc' }] },
  parseAs: 'text',
});
console.log(JSON.stringify(csv));
const { error: missing } = await client.GET('/query/events/{id}', { params: { path: { id: 'a/b' } } });
console.log(missing?.status);

const { data: chat } = await client.POST('/conversations', {
  body: { type: 'openai', tags: ['a'], messages: [{ id: 'm1', role: 'user', content: 'One?', metadata: { a: 1 } }] },
});
const { data: kept } = await client.GET('/conversations/{id}', { params: { path: { id: chat!.id } } });
console.log(kept?.messages[0].content, kept?.tags?.join(), kept?.projectId);
const { data: thumb } = await client.POST('/feedback', {
  body: { type: 'negative', messageId: 'm1', reasons: [{ label: 'wrong', details: '' }], userProperties: { id: 1 } },
});
const { data: rated } = await client.GET('/feedback/{id}', { params: { path: { id: thumb!.id } } });
const { data: thumbs } = await client.GET('/feedback', { params: { query: { limit: 1 } } });
console.log(rated?.conversation.id === chat!.id, rated?.message.content, thumbs?.negativeFeedback[0].reasons?.[0].label);
const { data: erased } = await client.DELETE('/conversations/{id}', { params: { path: { id: chat!.id } } });
const { data: chats } = await client.GET('/conversations');
console.log(erased?.success, chats?.total);
const { error: broken } = await client.POST('/conversations', { body: { type: 'openai', messages: [] } });
console.log(broken?.errors?.[0].pointer);

// @ts-expect-error A conversation has messages.
export const silent: components['schemas']['EventLogConversation'] = { type: 'openai' };
// @ts-expect-error A field of another entity type does not make up for its own.
export const wrong: Event = { entityType: 'order', type: 't', messageId: 'm' };
// @ts-expect-error An entity type that is not in force.
export const unknown: Event = { entityType: 'job', type: 't' };
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'event-log-client-'));
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
});
afterEach(async () => {
  await closeApps();
  await rm(folder, { recursive: true });
});

async function compile(document: OpenAPIObject): Promise<void> {
  const types = astToString(await openapiTypeScript(JSON.stringify(document)));
  await writeFile(join(folder, 'api.mts'), types);
  await writeFile(join(folder, 'client.mts'), CLIENT);
  const options = ['--strict', '--module', 'nodenext', '--target', 'es2023', '--types', 'node', '--skipLibCheck'];
  await run(process.execPath, [resolve('node_modules/typescript/bin/tsc'), ...options, 'client.mts'], { cwd: folder });
}

it.each(ADAPTERS.flatMap((adapter) => ['3.0.0', '3.1.0'].map((version) => [adapter, version] as const)))(
  'a client made of the document of a host on %s in OpenAPI %s compiles, logs an event of each type and a conversation, and reads them',
  async (adapter, version) => {
    const imports = [
      EventLogModule.forFeature([OrderEventDto]),
      EventLogModule.forRoot({ apiKeys: [{ id: 'a', key: KEY, kind: 'api' }] }),
      EventLogQueryModule.forRoot(),
      EventLogConversationsModule.forRoot(),
    ];
    const { app, url } = await createApp(adapter, { imports });
    await compile(SwaggerModule.createDocument(app, new DocumentBuilder().setOpenAPIVersion(version).addBearerAuth().build()));
    const { stdout } = await run(process.execPath, ['client.mjs', url, KEY], { cwd: folder });
    expect(stdout.trim().split('\n')).toEqual([
      '200 message string',
      '200 conversation string',
      '200 search string',
      '200 a string',
      '422 unprocessable_entity #/orderId',
      '01890a5d-ac96-774b-bcce-b302099a8057 null',
      '1 1',
      'plan,userId',
      'q 1',
      '"eventType\\r\\nconversation\\r\\nmessage\\r\\norder\\r\\nsearch\\r\\n"',
      '404',
      'One? a null',
      'true One? wrong',
      'true 0',
      '#/messages',
    ]);
  },
);
