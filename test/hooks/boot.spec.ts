import { Injectable, Module, type Type } from '@nestjs/common';
import { type EventHook, EventLogModule, EventLogService, redactPaths, type StoredEvent } from 'nestjs-event-log';
import { ADAPTERS, closeApps, createApp } from '../utils/create-app.js';
import { clientOf } from '../utils/client.js';
import { newEvent } from '../utils/events.js';
import { API_KEY } from './hook-host.js';

const apiKeys = [API_KEY];

@Injectable()
class Countries {
  readonly of = () => Promise.resolve('XX');
}

@Module({ providers: [Countries], exports: [Countries] })
class CountriesModule {}

@Injectable()
class CountryHook implements EventHook {
  constructor(private readonly countries: Countries) {}

  async beforeStore(event: StoredEvent): Promise<StoredEvent> {
    return { ...event, properties: { country: await this.countries.of() } };
  }
}

class NoHook {}

afterEach(closeApps);

describe.each(ADAPTERS)('The extra `hooks` on %s', (adapter) => {
  const imports = [CountriesModule];
  const hooks = [CountryHook];

  it.each([
    ['forRoot()', () => EventLogModule.forRoot({ apiKeys, imports, hooks })],
    ['forRootAsync()', () => EventLogModule.forRootAsync({ imports, hooks, useFactory: () => ({ apiKeys }) })],
  ])('takes classes that Nest builds of what the modules export that %s imports', async (_call, module) => {
    const { url } = await createApp(adapter, { imports: [module()] });
    expect((await clientOf(url, API_KEY.key).log()).json().properties).toEqual({ country: 'XX' });
  });

  it('takes a double in the place of a hook, as tests of hosts override providers', async () => {
    const double = { beforeStore: (event: StoredEvent) => ({ ...event, type: 'double' }) };
    const { app } = await createApp(
      adapter,
      { imports: [EventLogModule.forRoot({ apiKeys, imports, hooks })] },
      { override: (builder) => builder.overrideProvider(CountryHook).useValue(double) },
    );
    expect((await app.get(EventLogService).log(newEvent())).event).toMatchObject({ type: 'double', properties: null });
  });

  const faults: [what: string, hooks: unknown, message: RegExp][] = [
    ['a class', CountryHook, /`hooks` to be a list of classes, got function/],
    ['an instance', [CountryHook, new NoHook()], /`hooks\[1\]` to be a class.*got an instance of NoHook\. Give the class itself/],
    ['an arrow function', [(event: StoredEvent) => event], /`hooks\[0\]` to be a class.*got function/],
    ['undefined', [undefined], /`hooks\[0\]` to be a class.*got undefined/],
    [
      'a class without beforeStore()',
      [NoHook],
      /`hooks\[0\]` to have a method beforeStore\(event, context\), but NoHook has none/,
    ],
    ['redactPaths that is not called', [redactPaths], /options of redactPaths\(\)/],
  ];
  it.each(faults)('refuses %s at boot with a sentence that says what is wrong', async (_what, given, message) => {
    const boot = async () =>
      createApp(adapter, { imports: [EventLogModule.forRoot({ apiKeys, hooks: given as Type<EventHook>[] })] });
    await expect(boot()).rejects.toThrow(message);
  });

  it('stands beside the factory of forRootAsync(), not in what it returns', async () => {
    const module = EventLogModule.forRootAsync({ useFactory: () => ({ apiKeys, hooks: [] }) });
    await expect(createApp(adapter, { imports: [module] })).rejects.toThrow(/`hooks` must stand beside `useFactory`/);
  });
});
