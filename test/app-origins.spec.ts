import { EventLogModule } from 'nestjs-event-log';
import { ADAPTERS, closeApps, createApp } from './utils/create-app.js';

const ORIGINS = [
  'tauri://localhost',
  'capacitor://localhost',
  'ionic://localhost',
  'app://-',
  'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
  'moz-extension://0b6ee6a3-3c0f-4b1e-9c43-2f7d8f0d9e5a',
];
const OTHERS = [
  'tauri://other',
  'app://localhost',
  'chrome-extension://ponmlkjihgfedcbaponmlkjihgfedcba',
  'https://localhost',
  'null',
  'file://',
];

afterEach(closeApps);

describe.each(ADAPTERS)('A web key that names origins of apps and extensions on %s', (adapter) => {
  it('is taken from these alone, and its answers can be read there', async () => {
    const key = 'key-of-the-app';
    const apiKeys = [{ id: 'app', key, kind: 'web' as const, allowedOrigins: ORIGINS }];
    const { url } = await createApp(adapter, { imports: [EventLogModule.forRoot({ apiKeys })] });
    const post = async (origin: string) => {
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', origin };
      const body = JSON.stringify({ entityType: 'search', type: 't', searchQuery: 'q' });
      const response = await fetch(`${url}/events`, { method: 'POST', headers, body });
      return [response.status, response.headers.get('access-control-allow-origin')];
    };
    for (const origin of ORIGINS) expect(await post(origin)).toEqual([200, origin]);
    for (const origin of OTHERS) expect(await post(origin)).toEqual([403, origin]);
  });

  it.each(['null', 'file://', 'tauri://*', `https://${'a'.repeat(248)}`])('and %s does not boot', async (origin) => {
    const apiKeys = [{ id: 'app', key: 'key-of-the-app', kind: 'web' as const, allowedOrigins: [...ORIGINS, origin] }];
    const boot = async () => createApp(adapter, { imports: [EventLogModule.forRoot({ apiKeys })] });
    await expect(boot()).rejects.toThrow(/`apiKeys\[0\]\.allowedOrigins\[6\]`.*at most 255 characters.*'tauri:\/\/localhost'/);
  });
});
