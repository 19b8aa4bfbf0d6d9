import { EventLogModule, type EventLogExtras, type EventLogOptions } from 'nestjs-event-log';
import { closeApps, createApp } from './utils/create-app.js';

const apiKeys = [{ id: 'site', key: 'key-of-the-site', kind: 'api' as const }];
const OPTIONS =
  'apiKeys, rateLimit, maxBodyBytes, maxBatchEvents, maxBatchBytes, maxUploadBytes, bodyTimeout, maxPendingEvents, maxPendingBytes, answerTimeout, durability, cors';
const EXTRAS = 'route, path, storage, keyStore, entityTypes, hooks, imports, decorators, isGlobal';

afterEach(closeApps);

describe('An option', () => {
  const boot = (options: object, extras: EventLogExtras = {}) =>
    createApp('express', { imports: [EventLogModule.forRootAsync({ useFactory: () => options as EventLogOptions, ...extras })] });

  it('that nobody knows is refused with all that are known, extras too', async () => {
    const message = `Unknown option \`store\`: known are ${OPTIONS}, ${EXTRAS}.`;
    await expect(boot({ apiKeys, store: {} })).rejects.toThrow(message);
    const given = { apiKeys, store: {} } as EventLogOptions;
    await expect(createApp('express', { imports: [EventLogModule.forRoot(given)] })).rejects.toThrow(message);
  });

  it.each(EXTRAS.split(', '))('that is the extra %s is refused where a factory returns it', async (extra) => {
    await expect(boot({ apiKeys, [extra]: undefined })).rejects.toThrow(
      `\`${extra}\` must stand beside \`useFactory\`, not in what it returns.`,
    );
  });

  it.each(['toString', 'constructor', '__proto__'])('named %s is no option', async (name) => {
    await expect(boot(JSON.parse(`{ "apiKeys": [], "${name}": 1 }`))).rejects.toThrow(`Unknown option \`${name}\``);
  });

  it('may be undefined, which is its default', async () => {
    const undefinedOnes = Object.fromEntries(OPTIONS.split(', ').map((name) => [name, undefined]));
    await expect(boot({ ...undefinedOnes, apiKeys })).resolves.toBeDefined();
  });

  it.each([undefined, null, 'options'])('is asked for where %p stands for all of them', async (options) => {
    const call = async () => createApp('express', { imports: [EventLogModule.forRoot(options as never)] });
    await expect(call()).rejects.toThrow(/Expected the options of EventLogModule.*forRoot\(\{ apiKeys, storage \}\)/);
  });
});
