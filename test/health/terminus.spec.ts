import { Controller, Get, Inject } from '@nestjs/common';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { EventRepository, type InsertOutcome } from 'nestjs-event-log';
import { EventLogHealthIndicator } from 'nestjs-event-log/health';
import { clientOf } from '../utils/client.js';
import { ADAPTERS, closeApps } from '../utils/create-app.js';
import { startHealthHost } from './host.js';

afterEach(closeApps);

let isStoreAway = false;

class FailingRepository extends EventRepository {
  insert(): Promise<InsertOutcome[]> {
    return Promise.resolve([]);
  }

  override ping(): Promise<void> {
    return isStoreAway ? Promise.reject(new Error('SECRET')) : Promise.resolve();
  }
}

@Controller('health')
class HealthController {
  @Inject(HealthCheckService) private readonly checks!: HealthCheckService;
  @Inject(EventLogHealthIndicator) private readonly eventLog!: EventLogHealthIndicator;

  @Get()
  @HealthCheck()
  check() {
    return this.checks.check([() => this.eventLog.isHealthy(), () => this.eventLog.isHealthy('events')]);
  }
}

it.each(ADAPTERS)('the health check of @nestjs/terminus answers 503 while the store is away, on %s', async (adapter) => {
  const { url } = await startHealthHost({
    adapter,
    imports: [TerminusModule.forRoot({ logger: false })],
    controllers: [HealthController],
    module: { storage: { repository: FailingRepository } },
  });
  const { raw } = clientOf(url);
  const ask = () => raw('/health', { method: 'GET' });
  isStoreAway = false;
  const up = await ask();
  expect(up.status).toBe(200);
  const entry = { status: 'up', store: 'reachable', waiting: { events: 0 } };
  expect(up.json()).toMatchObject({ status: 'ok', details: { 'event-log': entry, events: entry } });
  isStoreAway = true;
  const down = await ask();
  expect(down.status).toBe(503);
  expect(down.json()).toMatchObject({ status: 'error', error: { 'event-log': { status: 'down', store: 'unreachable' } } });
  expect(down.text).not.toContain('SECRET');
  isStoreAway = false;
  expect((await ask()).status).toBe(200);
});
