import { Controller, Get, type INestApplication, Module, type ModuleMetadata, SetMetadata, VersioningType } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiExcludeController,
  ApiTags,
  DocumentBuilder,
  type OpenAPIObject,
  SwaggerModule,
} from '@nestjs/swagger';
import { validate } from '@readme/openapi-parser';
import { IsInt, IsString } from 'class-validator';
import { EventDto, EventLogModule, EventsController, EventType } from 'nestjs-event-log';
import { ADAPTERS, type Adapter, closeApps, createApp } from './utils/create-app.js';

const apiKeys = [{ id: 'site', key: 'key-of-the-site', kind: 'api' as const }];
const CONTRACT = ['message', 'conversation', 'search'];

@EventType('order')
class OrderEventDto extends EventDto {
  @IsInt()
  totalCents!: number;
}

@EventType('sign-up')
class SignUpEventDto extends EventDto {
  @IsString()
  plan!: string;
}

@Module({ imports: [EventLogModule.forFeature([OrderEventDto])] })
class OrdersModule {}

@Module({ imports: [EventLogModule.forFeature([SignUpEventDto])] })
class SignUpsModule {}

@Controller('hello')
class HostController {
  @Get()
  hello() {
    return 'hello';
  }
}

@Controller('audited')
class AuditedController extends EventsController {
  @Get('lines')
  lines() {
    return [];
  }
}

type Operation = NonNullable<OpenAPIObject['paths'][string]['post']>;

const config = (version = '3.0.0') => new DocumentBuilder().setOpenAPIVersion(version).addBearerAuth().build();

/** As hosts make it: before the application has booted. */
async function documentOf(
  adapter: Adapter,
  metadata: ModuleMetadata,
  configure?: (app: INestApplication) => void,
  version?: string,
) {
  let document: OpenAPIObject | undefined;
  await createApp(adapter, metadata, {
    configure: (app) => {
      configure?.(app);
      document = SwaggerModule.createDocument(app, config(version));
    },
  });
  return document!;
}

const entityTypesIn = ({ components }: OpenAPIObject) => {
  const { discriminator } = components!.schemas!.EventLogEvent as { discriminator: { mapping: Record<string, string> } };
  return Object.keys(discriminator.mapping);
};

afterEach(closeApps);

describe.each(ADAPTERS)('The OpenAPI document of a host on %s', (adapter) => {
  const eventLog = () => EventLogModule.forRoot({ apiKeys });

  const registrations: [how: string, imports: () => NonNullable<ModuleMetadata['imports']>, path: string][] = [
    ['with the module', () => [eventLog()], '/events'],
    ['with decorators', () => [EventLogModule.forRoot({ apiKeys, decorators: [SetMetadata('public', true)] })], '/events'],
    ['with a path', () => [EventLogModule.forRootAsync({ useFactory: () => ({ apiKeys }), path: 'log' })], '/log'],
  ];
  it.each(registrations)('%s has the paths of the host and ours, each with its one method', async (_how, imports, path) => {
    const { paths } = await documentOf(adapter, { imports: imports(), controllers: [HostController] });
    expect(Object.entries(paths).map(([name, methods]) => [name, ...Object.keys(methods)])).toEqual(
      expect.arrayContaining([
        ['/hello', 'get'],
        [path, 'post'],
        [`${path}/beacon`, 'post'],
      ]),
    );
    expect(Object.keys(paths).filter((name) => name !== '/hello' && !name.startsWith(path))).toEqual([]);
  });

  it('has our routes under the prefix and the versions of the host, each operation with an id of its own', async () => {
    const { paths } = await documentOf(adapter, { imports: [eventLog()] }, (app) => {
      app.setGlobalPrefix('api');
      app.enableVersioning({ type: VersioningType.URI, defaultVersion: ['1', '2'] });
    });
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/api/v1/events', '/api/v2/events', '/api/v2/events/beacon']));
    const ids = Object.values(paths).map(({ post }) => post!.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(['3.0.0', '3.1.0'])('is valid in OpenAPI %s, with and without a scheme for keys', async (version) => {
    const document = await documentOf(adapter, { imports: [eventLog(), OrdersModule] }, undefined, version);
    expect(document.openapi).toBe(version);
    for (const { securitySchemes } of [document.components!, {} as never]) {
      const served = { ...document, components: { ...document.components, securitySchemes } };
      expect(await validate(JSON.parse(JSON.stringify(served)))).toMatchObject({ valid: true, warnings: [] });
    }
  });

  it('is made without a warning, as often as it is asked for', async () => {
    const warnings: unknown[] = [];
    const log = () => undefined;
    const logger = { log, error: log, warn: (message: unknown) => warnings.push(message) };
    const { app } = await createApp(adapter, { imports: [eventLog(), OrdersModule] }, { logger });
    app.useLogger(logger);
    const documents = ['3.0.0', '3.1.0', '3.0.0'].map((version) => SwaggerModule.createDocument(app, config(version)));
    expect(documents[2]).toEqual(documents[0]);
    expect(warnings.filter((warning) => !String(warning).includes('memory'))).toEqual([]);
  });

  it.each([
    ['before', () => [OrdersModule, SignUpsModule, eventLog()]],
    ['after', () => [eventLog(), SignUpsModule, OrdersModule]],
    ['around', () => [OrdersModule, eventLog(), SignUpsModule]],
  ])('has entity types of feature modules that are imported %s ours', async (_where, imports) => {
    const document = await documentOf(adapter, { imports: imports() });
    expect(entityTypesIn(document).toSorted()).toEqual([...CONTRACT, 'order', 'sign-up'].toSorted());
    expect(document.components!.schemas!['EventLogEvent.order']).toMatchObject({
      properties: { totalCents: { type: 'integer' } },
    });
  });

  it('has the entity types of its own application alone', async () => {
    const apps = [];
    for (const feature of [OrdersModule, SignUpsModule]) {
      apps.push((await createApp(adapter, { imports: [eventLog(), feature] })).app);
    }
    const names = apps.map((app) =>
      entityTypesIn(SwaggerModule.createDocument(app, config())).filter((n) => !CONTRACT.includes(n)),
    );
    expect(names).toEqual([['order'], ['sign-up']]);
  });

  it('has them also where another application of the process had the same module', async () => {
    const shared = eventLog();
    for (const [feature, name] of [
      [OrdersModule, 'order'],
      [SignUpsModule, 'sign-up'],
    ] as const) {
      const document = await documentOf(adapter, { imports: [shared, feature] });
      expect(entityTypesIn(document)).toEqual([...CONTRACT, name]);
      const named = document.paths['/events'].post!.parameters!.map((parameter) => (parameter as { name: string }).name);
      expect(named).toEqual(['X-Request-Id', 'Content-Encoding']);
    }
  });

  it('says nothing of our routes in a subclass that the host mounts, and all of its own', async () => {
    const document = await documentOf(adapter, { imports: [eventLog()], controllers: [AuditedController] });
    expect(Object.keys(document.paths).filter((path) => path.startsWith('/audited'))).toEqual(['/audited/lines']);
  });

  it('takes decorators of @nestjs/swagger for our routes', async () => {
    const decorators = [ApiTags('Log'), ApiBearerAuth('event-key')];
    const { paths } = await documentOf(adapter, { imports: [EventLogModule.forRoot({ apiKeys, decorators })] });
    expect(paths['/events'].post).toMatchObject({ tags: ['Log'], security: [{ 'event-key': [] }] });
    const without = { imports: [EventLogModule.forRoot({ apiKeys, decorators: [ApiExcludeController()] })] };
    expect((await documentOf(adapter, without)).paths).toEqual({});
  });

  describe('says of', () => {
    let paths: OpenAPIObject['paths'];
    beforeAll(async () => {
      ({ paths } = await documentOf(adapter, { imports: [eventLog()] }));
    });
    const operation = (path: string): Operation => paths[path].post!;

    it('an event how it is sent and answered', () => {
      const { requestBody, responses, security } = operation('/events');
      const schemaOf = (name: string) => ({ schema: { $ref: `#/components/schemas/${name}` } });
      expect(requestBody).toEqual({ required: true, content: { 'application/json': schemaOf('EventLogEvent') } });
      expect(responses['200']).toMatchObject({ content: { 'application/json': schemaOf('EventLogStoredEvent') } });
      expect(security).toEqual([{ bearer: [] }]);
    });

    it('a beacon that its key stands in the URL, and that there is no body in the answer', () => {
      const { requestBody, responses, security, parameters } = operation('/events/beacon');
      expect(Object.keys((requestBody as { content: object }).content)).toEqual(['text/plain']);
      expect(responses['204']).not.toHaveProperty('content');
      expect([security, parameters]).toMatchObject([
        [],
        expect.arrayContaining([expect.objectContaining({ in: 'query', name: 'key' })]),
      ]);
    });

    it('every problem of the contract its status, type and headers', () => {
      for (const path of ['/events', '/events/beacon']) {
        const responses = operation(path).responses as Record<string, { headers: object; content: object }>;
        const problems = Object.fromEntries(Object.entries(responses).filter(([status]) => Number(status) >= 400));
        const statuses = [400, 401, 403, 405, 408, 409, 410, 413, 415, 422, 429, 500, 503];
        expect(Object.keys(problems).map(Number)).toEqual(statuses);
        for (const { headers, content } of Object.values(problems)) {
          expect(headers).toHaveProperty('X-Request-Id');
          expect(content).toEqual({
            'application/problem+json': { schema: { $ref: '#/components/schemas/EventLogProblemDetails' } },
          });
        }
        for (const status of [429, 503]) expect(problems[status].headers).toHaveProperty('Retry-After');
        for (const status of [401, 403]) expect(problems[status].headers).toHaveProperty('WWW-Authenticate');
        expect(problems[429].headers).toHaveProperty('RateLimit-Reset');
      }
      expect(operation('/events').responses['200']).toMatchObject({
        headers: { 'Idempotent-Replayed': {}, 'RateLimit-Limit': {} },
      });
    });
  });
});
