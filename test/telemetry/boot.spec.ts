import { Test } from '@nestjs/testing';
import { jest } from '@jest/globals';
import { EventLogModule } from 'nestjs-event-log';
import { EventLogTelemetryModule, type EventLogTelemetryOptions } from 'nestjs-event-log/telemetry';
import { closeApps, createApp } from '../utils/create-app.js';

const apiKeys = [{ id: 'api', key: 'key-of-the-host', kind: 'api' as const }];
const boot = (...imports: NonNullable<Parameters<typeof Test.createTestingModule>[0]['imports']>) =>
  Test.createTestingModule({ imports }).compile();

afterEach(closeApps);

it.each<[object, string]>([
  [{ meterProvider: {} }, 'Expected `meterProvider` to have getMeter(), as those of OpenTelemetry have, got an object.'],
  [{ tracerProvider: null }, 'Expected `tracerProvider` to have getTracer(), as those of OpenTelemetry have, got null.'],
  [{ meter: 1 }, 'Unknown option `meter`'],
])('the module with %j does not boot, and says why', async (options, message) => {
  const module = EventLogTelemetryModule.forRoot(options as EventLogTelemetryOptions);
  await expect(boot(EventLogModule.forRoot({ apiKeys }), module)).rejects.toThrow(message);
});

it('without EventLogModule the host does not boot, and is told what to import', async () => {
  const message = 'EventLogModule.forRoot({ apiKeys, storage }), to be imported beside';
  await expect(boot(EventLogTelemetryModule.forRoot())).rejects.toThrow(message);
});

it('the class of the module alone does not boot, and shows the call', async () => {
  const message = 'import EventLogTelemetryModule.forRoot() instead of EventLogTelemetryModule';
  await expect(boot(EventLogModule.forRoot({ apiKeys }), EventLogTelemetryModule)).rejects.toThrow(message);
});

it('the module that is imported twice does not boot', async () => {
  const twice = [EventLogTelemetryModule.forRoot(), EventLogTelemetryModule.forRootAsync({ useFactory: () => ({}) })];
  const booting = createApp('express', { imports: [EventLogModule.forRoot({ apiKeys }), ...twice] });
  await expect(booting).rejects.toThrow('EventLogTelemetryModule is imported twice');
});

it('without @opentelemetry/api the host does not boot, and is told the command', async () => {
  await jest.isolateModulesAsync(async () => {
    jest.unstable_mockModule('@opentelemetry/api', () => {
      throw new Error('Cannot find package');
    });
    const { loadOpenTelemetry } = await import('../../lib/telemetry/load-open-telemetry.js');
    await expect(loadOpenTelemetry()).rejects.toThrow(
      'EventLogTelemetryModule needs @opentelemetry/api: npm install @opentelemetry/api',
    );
  });
});
