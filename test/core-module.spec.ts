import { Controller, type DynamicModule, Injectable, Module, Req, Res, SetMetadata, UseFilters, UseGuards } from '@nestjs/common';
import { APP_GUARD, HttpAdapterHost, Reflector } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import {
  ApiKeyGuard,
  ApiKeyStore,
  type AuthenticatedRequest,
  EventLogModule,
  EventLogService,
  EventRepository,
  ProblemDetailsFilter,
  RateLimitGuard,
  RequireScopes,
} from 'nestjs-event-log';
import { ApiKeyLookup } from '../lib/auth/api-key-lookup.js';
import { decoratedController } from '../lib/http/decorated-controller.js';
import { RequestBodyReader } from '../lib/http/body/request-body.reader.js';
import { hostOf } from '../lib/http/host/host-of.js';
import { rawRequest } from '../lib/http/http-request.js';
import { OwnRoute } from '../lib/http/own-route.decorator.js';
import { Realm } from '../lib/http/realm.decorator.js';
import { EventLogSettings } from '../lib/options/event-log-settings.js';
import { clientOf } from './utils/client.js';
import { ADAPTERS, closeApps, createApp } from './utils/create-app.js';
import { newEvent } from './utils/events.js';

/** A controller of a second module of the library: it injects what it needs with one line each. */
@Controller('probe')
@Realm('probe')
@UseFilters(ProblemDetailsFilter)
@UseGuards(ApiKeyGuard, RateLimitGuard)
@RequireScopes('events:read')
class ProbeController {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly settings: EventLogSettings,
    private readonly keys: ApiKeyLookup,
    private readonly body: RequestBodyReader,
  ) {}

  @OwnRoute({ methods: ['GET'] })
  async read(@Req() request: AuthenticatedRequest, @Res() response: object): Promise<void> {
    const key = await this.keys.find(request, 'key-of-a-reader');
    this.answer(request, response, { key: request.apiKey.id, found: key?.id, maxBodyBytes: this.settings.maxBodyBytes });
  }

  @OwnRoute({ methods: ['POST'], body: 'text/csv' })
  async take(@Req() request: AuthenticatedRequest, @Res() response: object): Promise<void> {
    this.answer(request, response, { text: await this.body.read(rawRequest(request)) });
  }

  private answer(request: AuthenticatedRequest, response: object, body: object): void {
    const headers = { 'Content-Type': 'application/json' };
    hostOf(this.adapterHost.httpAdapter).answer(request, response, 200, headers, JSON.stringify(body));
  }
}

@Module({})
class ProbeModule {
  static forRoot(decorators?: readonly ClassDecorator[]): DynamicModule {
    return { module: ProbeModule, controllers: [decoratedController(ProbeController, decorators)] };
  }
}

@Injectable()
class DenyingGuard {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: Parameters<ApiKeyGuard['canActivate']>[0]): boolean {
    return this.reflector.getAllAndOverride<boolean>('public', [context.getHandler(), context.getClass()]) ?? false;
  }
}

const Public = () => SetMetadata('public', true);

const eventLog = (options: object = {}) =>
  EventLogModule.forRoot({
    apiKeys: [
      { id: 'reader', key: 'key-of-a-reader', scopes: ['events:read'], rateLimit: { limit: 3, ttl: 60_000 } },
      { id: 'writer', key: 'key-of-a-writer', scopes: ['events:write'] },
    ],
    maxBodyBytes: 4_000,
    ...options,
  });

afterEach(closeApps);

describe.each(ADAPTERS)('On %s', (adapter) => {
  const start = (imports: DynamicModule[], providers: object[] = []) =>
    createApp(adapter, { imports: [ThrottlerModule.forRoot({ throttlers: [] }), ...imports], providers: providers as never });

  it.each([
    ['after', (ours: DynamicModule, probe: DynamicModule) => [ours, probe]],
    ['before', (ours: DynamicModule, probe: DynamicModule) => [probe, ours]],
  ])(
    'a second module of the library, imported %s EventLogModule, has settings, keys, bodies and problems',
    async (_when, order) => {
      const { url } = await start(order(eventLog(), ProbeModule.forRoot()));
      const reader = clientOf(url, 'key-of-a-reader');
      const writer = clientOf(url, 'key-of-a-writer');
      const read = await reader.get('/probe');
      expect([read.status, read.json()]).toEqual([200, { key: 'reader', found: 'reader', maxBodyBytes: 4_000 }]);
      const csv = { path: '/probe', headers: { 'Content-Type': 'text/csv' } };
      expect((await reader.log('a,b', csv)).json()).toEqual({ text: 'a,b' });
      expect((await reader.log('x'.repeat(4_001), csv)).status).toBe(413);
      expect((await reader.get('/probe')).status).toBe(429);

      const unknown = await clientOf(url).get('/probe');
      expect([unknown.status, unknown.header('www-authenticate'), unknown.header('content-type')]).toEqual([
        401,
        'Bearer realm="probe"',
        expect.stringContaining('application/problem+json'),
      ]);
      expect((await writer.get('/probe')).status).toBe(403);
      expect((await writer.log(newEvent(), csv)).status).toBe(403);
      const refused = await writer.raw('/probe', { method: 'DELETE' });
      expect([refused.status, refused.header('allow')]).toEqual([405, 'GET, HEAD, POST, OPTIONS']);
      expect((await writer.log()).status).toBe(200);
    },
  );

  it('decorators of the host pass its global guard on the controllers of both modules', async () => {
    const guard = { provide: APP_GUARD, useClass: DenyingGuard };
    const { url } = await start([eventLog({ decorators: [Public()] }), ProbeModule.forRoot([Public()])], [guard]);
    expect((await clientOf(url, 'key-of-a-reader').get('/probe')).status).toBe(200);
    expect((await clientOf(url, 'key-of-a-writer').log()).status).toBe(200);
    await closeApps();
    const { url: other } = await start([eventLog({ decorators: [Public()] }), ProbeModule.forRoot()], [guard]);
    expect((await clientOf(other, 'key-of-a-reader').get('/probe')).status).toBe(403);
  });

  it.each([
    ['EventLogService', EventLogService],
    ['EventRepository', EventRepository],
    ['ApiKeyStore', ApiKeyStore],
  ])('a module of the host can inject %s only where it imports EventLogModule, or with isGlobal', async (name, token) => {
    const feature: DynamicModule = {
      module: class FeatureModule {},
      providers: [{ provide: 'feature', useFactory: (injected: unknown) => injected, inject: [token] }],
    };
    await expect(start([eventLog(), feature])).rejects.toThrow(name);
    const { app } = await start([eventLog({ isGlobal: true }), feature]);
    expect(app.get('feature', { strict: false })).toBeInstanceOf(token);
  });
});
