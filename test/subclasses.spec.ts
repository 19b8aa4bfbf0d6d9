import { Controller, type ExecutionContext, Get, Injectable, Module, UseGuards } from '@nestjs/common';
import {
  ApiKeyGuard,
  EventLogModule,
  EventLogService,
  EventsController,
  type HttpRequest,
  RateLimitGuard,
} from 'nestjs-event-log';
import { ThrottlerModule } from '@nestjs/throttler';
import { ADAPTERS, closeApps, createApp } from './utils/create-app.js';

const KEY = 'key-of-the-site';
const apiKeys = [{ id: 'site', key: KEY, kind: 'api' as const }];

/** What a host's subclass wants for itself. */
@Injectable()
class Audit {
  readonly lines: string[] = [];
}

@Injectable()
class CookieKeyGuard extends ApiKeyGuard {
  protected override readonly keyPlace = 'the header X-Key';

  constructor(private readonly audit: Audit) {
    super();
  }

  override canActivate(context: ExecutionContext) {
    this.audit.lines.push('key');
    return super.canActivate(context);
  }

  protected override keyOf(request: HttpRequest): string | undefined {
    return request.headers['x-key'] as string | undefined;
  }
}

@Injectable()
class AuditedLimitGuard extends RateLimitGuard {
  constructor(private readonly audit: Audit) {
    super();
  }

  override canActivate(context: ExecutionContext) {
    this.audit.lines.push('limit');
    return super.canActivate(context);
  }
}

@Controller('audited')
class AuditedController extends EventsController {
  constructor(private readonly audit: Audit) {
    super();
  }

  @Get('lines')
  lines() {
    return this.audit.lines;
  }
}

@Controller('own')
class OwnController {
  @Get()
  @UseGuards(CookieKeyGuard, AuditedLimitGuard)
  get() {
    return 'in';
  }
}

@Module({ providers: [Audit], exports: [Audit] })
class AuditModule {}

afterEach(closeApps);

describe.each(ADAPTERS)('On %s', (adapter) => {
  const start = () =>
    createApp(adapter, {
      imports: [
        ThrottlerModule.forRoot({ throttlers: [] }),
        EventLogModule.forRoot({ apiKeys, rateLimit: { limit: 2, ttl: 60_000 } }),
        AuditModule,
      ],
      controllers: [OwnController],
    });

  it('subclasses of the guards with constructors of their own guard a route of the host', async () => {
    const { app, url } = await start();
    const get = async (headers: Record<string, string>) => {
      const response = await fetch(`${url}/own`, { headers });
      return [response.status, response.headers.get('ratelimit-remaining')];
    };
    expect(await get({})).toEqual([401, null]);
    expect(await get({ authorization: `Bearer ${KEY}` })).toEqual([401, null]);
    expect(await get({ 'x-key': KEY })).toEqual([200, '1']);
    expect(await get({ 'x-key': KEY })).toEqual([200, '0']);
    expect(await get({ 'x-key': KEY })).toEqual([429, '0']);
    expect(app.get(Audit, { strict: false }).lines).toEqual(['key', 'key', 'key', 'limit', 'key', 'limit', 'key', 'limit']);
  });

  it('a subclass of EventsController with a constructor of its own is mounted where its module is', async () => {
    const eventLog = EventLogModule.forRoot({ apiKeys });
    const { app, url } = await createApp(adapter, { imports: [eventLog, AuditModule], controllers: [AuditedController] });
    const response = await fetch(`${url}/audited`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ id: 'a', entityType: 'search', type: 't', searchQuery: 'q' }),
    });
    expect([response.status, await response.json()]).toMatchObject([200, { id: 'a' }]);
    app.get(Audit, { strict: false }).lines.push('mine');
    expect(await (await fetch(`${url}/audited/lines`)).json()).toEqual(['mine']);
  });
});

it('EventLogService has no other methods than those for hosts', () => {
  expect(Object.getOwnPropertyNames(EventLogService.prototype).toSorted()).toEqual(['constructor', 'log', 'logMany', 'stored$']);
});
