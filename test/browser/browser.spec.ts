import type { INestApplication } from '@nestjs/common';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createNetServer, type Server as NetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EventLogModule, EventRepository, InMemoryEventRepository } from 'nestjs-event-log';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { clientOf } from '../utils/client.js';
import { ADAPTERS, closeApps, createApp } from '../utils/create-app.js';
import { newMessage } from '../utils/events.js';
import { until } from '../utils/until.js';

const KEY = 'web-key-1';
const DELAY_MS = 300;
const EVENTS = [
  { entityType: 'search', type: 'search_query_submitted', searchQuery: 'nest' },
  { entityType: 'message', type: 'assistant_positive_feedback_submitted', messageId: 'm1' },
  { entityType: 'conversation', type: 'chat_share_button_clicked', conversationId: 'c1' },
];

/** What a page of a host has: nothing but a way to send. */
const PAGE = `<!doctype html><link rel="icon" href="data:," /><script>
  async function send(url, event, init) {
    const headers = { Authorization: 'Bearer ${KEY}', 'Content-Type': 'application/json', 'X-Request-Id': 'trace-1' };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(event), ...init });
    const { status, headers: received } = response;
    const [requestId, replayed] = ['x-request-id', 'idempotent-replayed'].map((name) => received.get(name));
    return { status, requestId, replayed, body: await response.json() };
  }
  const whenLeft = (run) => addEventListener('pagehide', run);
</script>`;

async function servePage(): Promise<Server> {
  const server = createServer((_request, response) => response.setHeader('Content-Type', 'text/html').end(PAGE));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

const originOf = (server: NetServer) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** A way to a server that takes its time, as the answer to a preflight does where the server is far. */
async function delayed(url: string): Promise<NetServer> {
  const server = createNetServer((near) => {
    const far = connect(Number(new URL(url).port), '127.0.0.1');
    near.on('data', (bytes) => setTimeout(() => far.write(bytes), DELAY_MS)).on('error', () => far.destroy());
    near.on('close', () => setTimeout(() => far.end(), DELAY_MS));
    far.pipe(near);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--headless',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
});
afterAll(() => browser?.close());
// Of its own for each test, as preflights are cached.
beforeEach(async () => (context = await browser.newContext()));
afterEach(() => context?.close());

const HOSTS: { name: string; configure?: (app: INestApplication) => void }[] = [
  { name: 'a host without CORS' },
  {
    name: 'a host with CORS for another origin',
    configure: (app) => app.enableCors({ origin: 'https://host.example', credentials: true }),
  },
];

describe.each(ADAPTERS)('On %s', (adapter) => {
  describe.each(HOSTS)('with $name', ({ configure }) => {
    let repository: InMemoryEventRepository;
    let api: string;
    let allowed: Server;
    let other: Server;

    beforeAll(async () => {
      [allowed, other] = await Promise.all([servePage(), servePage()]);
      const apiKeys = [{ id: 'web', key: KEY, kind: 'web' as const, allowedOrigins: [originOf(allowed)] }];
      const { app, url } = await createApp(adapter, { imports: [EventLogModule.forRoot({ apiKeys })] }, { configure });
      repository = app.get(EventRepository, { strict: false });
      api = url;
    });
    afterAll(async () => {
      await closeApps();
      for (const server of [allowed, other]) server.close();
    });

    const open = async (server: Server): Promise<Page> => {
      const page = await context.newPage();
      await page.goto(originOf(server));
      return page;
    };
    const run = (page: Page, name: string, ...args: unknown[]): Promise<unknown> =>
      page.evaluate(`${name}(${args.map((value) => JSON.stringify(value)).join()})`);
    const isStored = (type: string) => repository.events.some((event) => event.type === type);

    it.each(['/events', '//events'])('a page on another port logs each kind of event at %s', async (path) => {
      const page = await open(allowed);
      for (const event of EVENTS) {
        const answer = await run(page, 'send', api + path, event);
        expect(answer).toMatchObject({ status: 200, requestId: 'trace-1', replayed: null, body: event });
        expect(repository.events).toContainEqual(expect.objectContaining((answer as { body: object }).body));
      }
    });

    it('a page can read that its event was there before', async () => {
      const page = await open(allowed);
      const event = { ...EVENTS[0], id: 'again' };
      await run(page, 'send', `${api}/events`, event);
      expect(await run(page, 'send', `${api}/events`, event)).toMatchObject({ status: 200, replayed: 'true' });
    });

    it('a page on an origin that the key does not name is refused, and can read why', async () => {
      const before = repository.events.length;
      const answer = await run(await open(other), 'send', `${api}/events`, EVENTS[0]);
      const body = { status: 403, code: 'forbidden', requestId: 'trace-1', instance: '/events' };
      expect(answer).toMatchObject({ status: 403, requestId: 'trace-1', body });
      expect(repository.events.length).toBe(before);
    });

    it('a page can read what is wrong with its event', async () => {
      const answer = await run(await open(allowed), 'send', `${api}/events`, { entityType: 'message', type: 't' });
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '#/messageId' }] } });
    });

    const leave: [string, (page: Page) => Promise<unknown>][] = [
      ['is closed', (page) => page.close()],
      ['goes elsewhere', (page) => page.goto('about:blank')],
    ];

    it.each(leave)('a beacon arrives although its page %s', async (how, go) => {
      const page = await open(allowed);
      const event = JSON.stringify({ ...EVENTS[2], type: `beacon of a page that ${how}` });
      await page.evaluate(`whenLeft(() => navigator.sendBeacon('${api}/events/beacon?key=${KEY}', '${event}'))`);
      await go(page);
      await until('the beacon is stored', () => isStored(`beacon of a page that ${how}`));
    });

    it.each(leave)('a fetch with keepalive arrives although its page %s, and one without does not', async (how, go) => {
      const page = await open(allowed);
      const far = await delayed(api);
      const types = [`plain fetch of a page that ${how}`, `keepalive of a page that ${how}`];
      const [plain, keepalive] = types.map((type) => JSON.stringify({ ...EVENTS[2], type }));
      await page.evaluate(
        `whenLeft(() => { send('${originOf(far)}/events', ${plain}); send('${originOf(far)}/events', ${keepalive}, { keepalive: true }); })`,
      );
      await go(page);
      await until('the fetch with keepalive is stored', () => isStored(types[1]));
      await delay(2 * DELAY_MS);
      expect(isStored(types[0])).toBe(false);
      far.close();
    });

    it('a beacon from an origin that the key does not name is not stored', async () => {
      const page = await open(other);
      const answered = page.waitForResponse(/beacon/);
      await page.evaluate(`navigator.sendBeacon('${api}/events/beacon?key=${KEY}', '${JSON.stringify(EVENTS[0])}')`);
      expect((await answered).status()).toBe(403);
    });
  });
});

describe.each(ADAPTERS)('The sample on %s', (adapter) => {
  let folder: string;
  let sample: ChildProcess;
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'event-log-page-'));
    const env = { ...process.env, ADAPTER: adapter, PORT: '0', DATABASE_URL: `sqlite:${join(folder, 'events.sqlite')}` };
    // Built by `npm run build:sample`, which `npm run test:browser` does first.
    sample = spawn(process.execPath, [resolve('dist/sample/01-basic/main.js')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    sample.stdout!.on('data', (chunk) => (output += chunk));
    await until('the sample says where it is', () => (url = /http:\/\/localhost:\d+\/$/m.exec(output)?.[0] ?? '') !== '');
  });
  afterAll(async () => {
    sample.kill();
    await once(sample, 'exit');
    await rm(folder, { recursive: true });
  });

  it.each([360, 1440])(
    'a page of the sample, %i pixels wide, logs a search, a rating and a share, and shows them',
    async (width) => {
      const page = await context.newPage();
      await page.setViewportSize({ width, height: 800 });
      const faults: string[] = [];
      page.on('pageerror', ({ message }) => faults.push(message));
      page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
      await page.goto(url);

      await page.getByLabel('Search the docs').fill(`guards at ${width}`);
      await page.getByRole('button', { name: 'Search' }).click();
      await page.getByRole('button', { name: 'Good answer' }).click();
      await page.getByRole('button', { name: 'Good answer' }).click(); // a message has one rating
      await page.getByRole('button', { name: 'Share chat' }).click();

      const answers = page.locator('.answers li.ok');
      await until('three answers are shown', async () => (await answers.count()) === 3);
      expect((await answers.locator('.status').allTextContents()).join()).toBe('200,200,200');
      const bodies = (await answers.locator('pre').allTextContents()).map((text) => JSON.parse(text) as object);
      expect(bodies).toMatchObject([
        { type: 'chat_share_button_clicked', conversationId: expect.stringMatching(/^conv_/) },
        { type: 'assistant_positive_feedback_submitted', messageId: expect.stringMatching(/^msg_/) },
        { type: 'search_query_submitted', searchQuery: `guards at ${width}`, integrationId: 'demo-page' },
      ]);
      expect(await page.locator('.stored .subject').allTextContents()).toContain(`guards at ${width}`);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      for (const target of await page.locator('a, button, input').all()) {
        expect((await target.boundingBox())!.height).toBeGreaterThanOrEqual(44);
      }

      const conversationId = (bodies[0] as { conversationId: string }).conversationId;
      await page.close();
      await until('the page that was left is seen', async () =>
        (await (await fetch(`${url}page/events`)).text()).includes(`"page_left","subject":"${conversationId}"`),
      );
      expect(faults).toEqual([]);
    },
  );

  it('shows what errors look like, and how to log from a terminal', async () => {
    const page = await context.newPage();
    await page.goto(url);
    for (const [button, status] of [
      ['Invalid event', 422],
      ['Wrong integration', 403],
    ] as const) {
      await page.getByRole('button', { name: button }).click();
      const answer = page.locator('.answers li.failed').first();
      await until('the answer is shown', async () => (await answer.locator('.status').textContent()) === String(status));
      const shown = (await answer.locator('pre').textContent())!;
      expect(JSON.parse(shown)).toMatchObject({ status, requestId: expect.any(String) });
      expect(shown.match(/"(?:detail|message)":/g)).toHaveLength(1);
    }
    const curl = await page.locator('.curl').textContent();
    expect(curl).toMatch(new RegExp(`^curl ${url}events .*Bearer demo-page-key`, 's'));
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(url).origin });
    await page.getByRole('button', { name: 'Copy' }).click();
    await until('the button says so', () => page.getByRole('button', { name: 'Copied' }).isVisible());
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(curl);
  });

  it('shows what a server logs, and never that nothing is stored', async () => {
    await clientOf(url.slice(0, -1), 'demo-api-key').log(newMessage({ messageId: 'of a server' }));
    const page = await context.newPage();
    await page.goto(url);
    await until('the event is shown', async () =>
      (await page.locator('.stored .subject').allTextContents()).includes('of a server'),
    );
    expect(await page.getByText('Nothing is stored yet').isVisible()).toBe(false);
  });

  it('what the page logs is on the dashboard, which a link of the page leads to', async () => {
    const page = await context.newPage();
    await page.goto(url);
    await page.getByLabel('Search the docs').fill('seen on the dashboard');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.locator('.answers li.ok').first().waitFor();
    await page.getByRole('link', { name: 'dashboard' }).click();
    await page.getByLabel('Key', { exact: true }).fill('demo-read-key');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.locator('#top-searches .value', { hasText: 'seen on the dashboard' }).waitFor();
  });

  it.each(['', '   '])('logs no search for %j', async (query) => {
    const page = await context.newPage();
    await page.goto(url);
    await page.getByLabel('Search the docs').fill(query);
    await page.getByRole('button', { name: 'Search' }).click();
    await page.evaluate(`document.querySelector('.search').dispatchEvent(new Event('submit', { cancelable: true }))`);
    expect(await page.locator('.answers li').count()).toBe(0);
  });

  it('a page of the sample shows what another one logs', async () => {
    const [one, another] = await Promise.all([context.newPage(), context.newPage()]);
    await Promise.all([one.goto(url), another.goto(url)]);
    await another.getByLabel('Search the docs').fill('seen elsewhere');
    await another.getByRole('button', { name: 'Search' }).click();
    await one.bringToFront();
    await until('the event of the other page is shown', async () =>
      (await one.locator('.stored .subject').allTextContents()).includes('seen elsewhere'),
    );
  });
});
