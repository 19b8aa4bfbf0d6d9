import {
  type ArgumentsHost,
  Body,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  HttpException,
  Injectable,
  type ModuleMetadata,
  type NestInterceptor,
  Post,
  Req,
  Scope,
  SetMetadata,
  ValidationPipe,
  VersioningType,
} from '@nestjs/common';
import { APP_GUARD, NestFactory, Reflector } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { IsInt, IsOptional, IsString } from 'class-validator';
import { map } from 'rxjs';
import {
  type EventLogExtras,
  EventLogModule,
  type EventLogOptions,
  EventRepository,
  InMemoryEventRepository,
} from 'nestjs-event-log';
import { clientOf } from './utils/client.js';
import { type Adapter, ADAPTERS, closeApps, createApp, type CreateAppOptions } from './utils/create-app.js';
import { newMessage } from './utils/events.js';

const KEY = 'isolation-key';
const MIB = 1024 * 1024;
const eventLog = (options: EventLogOptions & EventLogExtras = {}) =>
  EventLogModule.forRoot({
    apiKeys: [{ id: 'site', key: KEY, kind: 'web', allowedOrigins: ['https://site.example'] }],
    ...options,
  });

class EchoDto {
  @IsString()
  text!: string;

  @IsOptional()
  @IsInt()
  count?: number;
}

@Controller()
class HostController {
  @Post('echo')
  echo(@Body() body: EchoDto, @Req() request: { rawBody?: Buffer }) {
    return { body: body ?? 'none', isDto: body instanceof EchoDto, raw: request.rawBody?.toString() ?? 'none' };
  }

  @Get('boom')
  boom() {
    throw new Error('boom');
  }
}

@Catch()
class HostFilter implements ExceptionFilter {
  catch(exception: unknown, host: ArgumentsHost) {
    const status = exception instanceof HttpException ? exception.getStatus() : 500;
    const response = host.switchToHttp().getResponse<{ status(code: number): { send(body: object): void } }>();
    response.status(status).send({ host: 'failed', status });
  }
}

class WrappingInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler) {
    return next.handle().pipe(map((data: unknown) => ({ success: true, data })));
  }
}

const Public = () => SetMetadata('public', true);

@Injectable()
class DenyingGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext) {
    return this.reflector.getAllAndOverride<boolean>('public', [context.getHandler(), context.getClass()]) ?? false;
  }
}

class PassingGuard implements CanActivate {
  canActivate() {
    return true;
  }
}

const denying: ModuleMetadata = { providers: [{ provide: APP_GUARD, useClass: DenyingGuard }] };

interface Host extends CreateAppOptions {
  name: string;
  /** What the host puts before its paths, and ours. */
  base?: string;
  /** What the host asks of every request. */
  headers?: Record<string, string>;
  metadata?: ModuleMetadata;
  decorators?: ClassDecorator[];
  /** The module's own. */
  cors?: boolean;
}

const HOSTS: Host[] = [
  { name: 'a default host' },
  { name: 'a global prefix', base: '/api', configure: (app) => app.setGlobalPrefix('api') },
  { name: 'a parameter in the global prefix', base: '/acme', configure: (app) => app.setGlobalPrefix(':tenant') },
  {
    name: 'URI versioning with a default version',
    base: '/v1',
    configure: (app) => app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' }),
  },
  {
    name: 'URI versioning without a default version',
    configure: (app) => app.enableVersioning({ type: VersioningType.URI }),
  },
  {
    name: 'a global prefix and header versioning',
    base: '/api',
    headers: { 'x-version': '1' },
    configure: (app) =>
      app.setGlobalPrefix('api').enableVersioning({ type: VersioningType.HEADER, header: 'x-version', defaultVersion: '1' }),
  },
  {
    name: 'a strict global ValidationPipe',
    configure: (app) =>
      app.useGlobalPipes(
        new ValidationPipe({
          whitelist: true,
          forbidNonWhitelisted: true,
          transform: true,
          transformOptions: { enableImplicitConversion: true },
        }),
      ),
  },
  { name: 'a global exception filter', configure: (app) => app.useGlobalFilters(new HostFilter()) },
  { name: 'a global guard that @Public() passes', metadata: denying, decorators: [Public()] },
  {
    name: 'a request-scoped global guard',
    metadata: { providers: [{ provide: APP_GUARD, scope: Scope.REQUEST, useClass: PassingGuard }] },
  },
  { name: 'a response-wrapping global interceptor', configure: (app) => app.useGlobalInterceptors(new WrappingInterceptor()) },
  { name: 'bodyParser: false', bodyParser: false },
  { name: 'a body limit of 10 kB', bodyLimit: 10 * 1024 },
  { name: 'CORS', configure: (app) => app.enableCors() },
  {
    name: 'CORS with credentials for one origin of its own',
    configure: (app) => app.enableCors({ origin: ['https://host.example'], credentials: true, exposedHeaders: 'x-host' }),
  },
  {
    name: 'CORS that throws for other origins than its own',
    configure: (app) =>
      app.enableCors({
        origin: (origin: string | undefined, allow: (error: Error | null, allowed?: boolean) => void) =>
          origin === undefined || origin === 'https://host.example' ? allow(null, true) : allow(new Error('not this origin')),
      }),
  },
  { name: 'CORS, and cors: false', cors: false, configure: (app) => app.enableCors() },
  { name: 'cors: false', cors: false },
  { name: 'rawBody: true', rawBody: true },
  {
    name: 'a testing module',
    override: (builder) => builder.overrideProvider(EventRepository).useClass(InMemoryEventRepository),
  },
];

function boot(adapter: Adapter, { metadata, decorators, cors, ...options }: Host, withEventLog = true) {
  const imports = withEventLog ? [eventLog({ decorators, cors })] : [];
  return createApp(adapter, { ...metadata, imports, controllers: [HostController] }, options);
}

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

async function send(url: string, request: RequestInit): Promise<Answer> {
  const { status, headers, text } = await clientOf(url).raw('', request);
  return { status, headers: Object.fromEntries(headers), body: text };
}

const JSON_TYPE = { 'content-type': 'application/json' };
const AUTHORIZED = { ...JSON_TYPE, authorization: `Bearer ${KEY}`, 'x-request-id': 'trace-1', origin: 'https://site.example' };
const EVENT = newMessage();

interface Refusal {
  name: string;
  request: RequestInit & { headers?: Record<string, string> };
  status: number;
  title: string;
  code: string;
  headers?: Record<string, string>;
  errors?: object[];
}

const REFUSALS: Refusal[] = [
  {
    name: 'a number where a string belongs',
    request: { body: JSON.stringify({ ...EVENT, type: 5 }) },
    status: 422,
    title: 'Unprocessable Entity',
    code: 'unprocessable_entity',
    errors: [{ pointer: '#/type', detail: 'type must be a string' }],
  },
  { name: 'malformed JSON', request: { body: '{"type":' }, status: 400, title: 'Bad Request', code: 'bad_request' },
  { name: 'no body', request: {}, status: 400, title: 'Bad Request', code: 'bad_request' },
  {
    name: 'more than 2 MiB',
    request: { body: JSON.stringify({ ...EVENT, properties: { text: 'x'.repeat(2 * MIB) } }) },
    status: 413,
    title: 'Payload Too Large',
    code: 'payload_too_large',
  },
  {
    name: 'text/plain',
    request: { body: JSON.stringify(EVENT), headers: { ...AUTHORIZED, 'content-type': 'text/plain' } },
    status: 415,
    title: 'Unsupported Media Type',
    code: 'unsupported_media_type',
    headers: { accept: 'application/json' },
  },
  {
    name: 'GET',
    request: { method: 'GET' },
    status: 405,
    title: 'Method Not Allowed',
    code: 'method_not_allowed',
    headers: { allow: 'POST, OPTIONS' },
  },
  {
    name: 'a request without a key',
    request: { body: JSON.stringify(EVENT), headers: { ...JSON_TYPE, 'x-request-id': 'trace-1' } },
    status: 401,
    title: 'Unauthorized',
    code: 'unauthorized',
    headers: { 'www-authenticate': 'Bearer realm="events"' },
  },
];

type Expected = Pick<Refusal, 'status' | 'title' | 'code' | 'headers' | 'errors'>;

function expectProblem(answer: Answer, instance: string, { status, title, code, headers, errors }: Expected) {
  expect(answer).toMatchObject({ status, headers: { 'x-request-id': 'trace-1', ...headers } });
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json(; charset=utf-8)?$/);
  const { detail, ...members } = JSON.parse(answer.body) as { detail: string };
  expect(detail).toMatch(/^[A-Za-z].{5,99}$/);
  const error = { code, message: detail };
  expect(members).toStrictEqual({ title, status, instance, requestId: 'trace-1', code, error, ...(errors && { errors }) });
}

const PREFLIGHT = {
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'authorization,content-type,x-trace',
};

/** The module's CORS headers, once, and none of the host's. */
function expectCors({ headers }: Answer, origin: string | undefined) {
  const cors = Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')));
  const exposed = 'x-request-id, retry-after, idempotent-replayed';
  expect(cors).toStrictEqual(
    origin === undefined ? {} : { 'access-control-allow-origin': origin, 'access-control-expose-headers': exposed },
  );
  expect(headers.vary).toBe('Origin');
}

const echo = (body: string, headers: Record<string, string> = JSON_TYPE): RequestInit => ({ body, headers });

const HOST_REQUESTS: [name: string, path: string, request: RequestInit][] = [
  ['a valid body', '/echo', echo('{"text":"hi","count":2}')],
  ['an invalid body', '/echo', echo('{"text":5,"count":"2","extra":true}')],
  ['a form', '/echo', echo('text=hi', { 'content-type': 'application/x-www-form-urlencoded' })],
  ['plain text', '/echo', echo('hi', { 'content-type': 'text/plain' })],
  ['malformed JSON', '/echo', echo('{"text":')],
  ['no body', '/echo', {}],
  ['11 kB', '/echo', echo(JSON.stringify({ text: 'x'.repeat(11 * 1024) }))],
  ['150 kB', '/echo', echo(JSON.stringify({ text: 'x'.repeat(150_000) }))],
  ['1.1 MB', '/echo', echo(JSON.stringify({ text: 'x'.repeat(1_100_000) }))],
  ['an error', '/boom', { method: 'GET' }],
  ['an unknown path', '/missing', { method: 'GET' }],
  ['a valid body on a doubled slash', '//echo', echo('{"text":"hi"}')],
  ['a longer path than ours', '/eventsx', echo('{}')],
  ['a longer path than ours on a doubled slash', '//eventsx', echo('{}')],
  ['a path below ours', '/events/sub', echo('{}')],
  ['malformed JSON on a longer path than ours', '/eventsx', echo('{"text":')],
  ['malformed JSON on a path below ours', '/events/sub', echo('{"text":')],
  [
    'a preflight',
    '/echo',
    { method: 'OPTIONS', headers: { origin: 'https://a.example', 'access-control-request-method': 'POST' } },
  ],
  ['a page of its own', '/echo', echo('{"text":"hi"}', { ...JSON_TYPE, origin: 'https://host.example' })],
  ['a page of another origin', '/echo', echo('{"text":"hi"}', { ...JSON_TYPE, origin: 'https://a.example' })],
];

describe.each(ADAPTERS)('On %s', (adapter) => {
  describe.each(HOSTS)('with $name', (host) => {
    const { base = '', headers: versions, cors = true } = host;
    const call = (app: string, path: string, request: RequestInit) =>
      send(`${app}${base}${path}`, { ...request, headers: { ...versions, ...request.headers } as Record<string, string> });
    let ours: string;
    let plain: string;

    beforeAll(async () => {
      [{ url: ours }, { url: plain }] = await Promise.all([boot(adapter, host), boot(adapter, host, false)]);
    });
    afterAll(closeApps);

    it('an event larger than the defaults of parsers is stored and answered exactly', async () => {
      const event = { ...EVENT, id: 'e1', createdAt: '2026-01-02T03:04:05.678Z', projectId: null, integrationId: null };
      const free = { properties: { text: 'x'.repeat(150_000), count: '5' }, userProperties: { id: '7', plan: 'pro' } };
      const answer = await call(ours, '/events', {
        headers: AUTHORIZED,
        body: JSON.stringify({ ...event, ...free, eventName: 'copied' }),
      });
      expect(answer.status).toBe(200);
      expect(answer.headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'x-request-id': 'trace-1' });
      const { id, type, messageId, createdAt, projectId, integrationId, entityType } = event;
      const stored = { id, type, messageId, createdAt, projectId, integrationId, ...free, entityType };
      expect(answer.body).toBe(JSON.stringify(stored));
    });

    it.each(REFUSALS)('$name is refused with a problem of ours', async ({ request, ...refusal }) => {
      const answer = await call(ours, '/events?q=1', { headers: AUTHORIZED, ...request });
      if (refusal.headers?.allow && !cors) refusal = { ...refusal, headers: { allow: 'POST' } };
      expectProblem(answer, `${base}/events`, refusal);
      if (cors) expectCors(answer, ({ headers: AUTHORIZED, ...request }.headers as { origin?: string }).origin);
    });

    it.each(['/events', '//events'])(
      'a preflight of a page on any origin for %s is answered by the module, if it may',
      async (path) => {
        const headers = { origin: 'https://a.example', ...PREFLIGHT, 'x-request-id': 'trace-1' };
        const answer = await call(ours, path, { method: 'OPTIONS', headers });
        if (!cors) {
          expect(answer.headers['access-control-allow-headers']).not.toBe('authorization, content-type, x-request-id, x-trace');
          return;
        }
        expect(answer).toMatchObject({ status: 204, body: '' });
        expect(answer.headers).toMatchObject({
          'access-control-allow-origin': 'https://a.example',
          'access-control-allow-methods': 'POST',
          'access-control-allow-headers': 'authorization, content-type, x-request-id, x-trace',
          'access-control-max-age': '7200',
          vary: 'Origin, Access-Control-Request-Headers',
          'x-request-id': 'trace-1',
        });
        expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
      },
    );

    it.each(['//events', '//events?q=1'])('%s, as from a base URL with a slash at its end, is the same route', async (path) => {
      const stored = await call(ours, path, { headers: AUTHORIZED, body: JSON.stringify(EVENT) });
      const refused = await call(ours, path, { headers: AUTHORIZED, body: '{' });
      expect(stored).toMatchObject({ status: 200, headers: { 'x-request-id': 'trace-1' } });
      expectProblem(refused, `${base}//events`, { status: 400, title: 'Bad Request', code: 'bad_request' });
      if (cors) expectCors(refused, AUTHORIZED.origin);
    });

    it.each(HOST_REQUESTS)("the host's answer to %s is the same as without the module", async (_name, path, request) => {
      const [{ headers, ...answer }, { headers: expected, ...rest }] = await Promise.all(
        [ours, plain].map((app) => call(app, path, request)),
      );
      expect(answer).toStrictEqual(rest);
      expect({ ...headers, date: '' }).toStrictEqual({ ...expected, date: '' });
    });
  });

  describe('in hosts of their own kind', () => {
    afterEach(closeApps);

    it("a denying global guard of the host's makes the stock controller answer 403 as a problem", async () => {
      const { url } = await boot(adapter, { name: 'a denying guard', metadata: denying });
      const answer = await send(`${url}/events`, { headers: AUTHORIZED, body: JSON.stringify(EVENT) });
      expectProblem(answer, '/events', { status: 403, title: 'Forbidden', code: 'forbidden' });
    });

    it("with cors: false, the host's CORS alone answers preflights and stands on our errors", async () => {
      const { url } = await boot(adapter, { name: 'CORS', cors: false, configure: (app) => app.enableCors() });
      const preflight = { origin: 'https://a.example', 'access-control-request-method': 'POST' };
      const asked = await send(`${url}/events`, { method: 'OPTIONS', headers: preflight });
      const refused = await send(`${url}/events`, { headers: { ...JSON_TYPE, origin: preflight.origin }, body: '{' });
      expect(asked).toMatchObject({ status: 204, headers: { 'access-control-allow-origin': '*' } });
      expect(refused).toMatchObject({ status: 401, headers: { 'access-control-allow-origin': '*' } });
    });

    it("a doubled slash is the same route also where the host's router takes it for one", async () => {
      const http = adapter === 'express' ? new ExpressAdapter() : new FastifyAdapter({ ignoreDuplicateSlashes: true });
      const app = await NestFactory.create({ module: class HostModule {}, imports: [eventLog()] }, http, { logger: false });
      await app.listen(0, '127.0.0.1');
      const answer = await send(`${await app.getUrl()}//events`, { headers: AUTHORIZED, body: JSON.stringify(EVENT) });
      await app.close();
      expect(answer.status).toBe(200);
    });

    it('two applications in one process keep their paths, keys and limits apart', async () => {
      const names = ['first', 'second'];
      const urls = await Promise.all(
        names.map(async (name, index) => {
          const apiKeys = [{ id: name, key: `${name}-key`, scopes: ['events:write' as const], projectId: name }];
          const options = { path: `log/${name}`, maxBodyBytes: 1000 * (index + 1), apiKeys };
          const { url } = await createApp(adapter, { imports: [eventLog(options)], controllers: [HostController] });
          return url;
        }),
      );
      const post = async (app: number, path: number, key: number, length = 0) => {
        const headers = { ...JSON_TYPE, authorization: `Bearer ${names[key]}-key` };
        const body = JSON.stringify({ ...EVENT, properties: { text: 'x'.repeat(length) } });
        const answer = await send(`${urls[app]}/log/${names[path]}`, { headers, body });
        return [answer.status, (JSON.parse(answer.body) as { projectId?: string }).projectId];
      };
      expect(await Promise.all([post(0, 0, 0), post(1, 1, 1)])).toEqual([
        [200, 'first'],
        [200, 'second'],
      ]);
      expect(await Promise.all([post(0, 0, 1), post(1, 1, 0)])).toEqual([
        [401, undefined],
        [401, undefined],
      ]);
      expect(await Promise.all([post(0, 1, 1), post(1, 0, 0)])).toEqual([
        [404, undefined],
        [404, undefined],
      ]);
      expect(await Promise.all([post(0, 0, 0, 1200), post(1, 1, 1, 1200)])).toEqual([
        [413, undefined],
        [200, 'second'],
      ]);
    });

    it('a testing module with its own repository stores there what is posted', async () => {
      const repository = new InMemoryEventRepository();
      const { url } = await boot(adapter, {
        name: 'a testing module',
        override: (builder) => builder.overrideProvider(EventRepository).useValue(repository),
      });
      expect((await send(`${url}/events`, { headers: AUTHORIZED, body: JSON.stringify(EVENT) })).status).toBe(200);
      expect(repository.events).toMatchObject([EVENT]);
    });
  });
});
