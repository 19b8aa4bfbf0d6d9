import { EventLogModule } from 'nestjs-event-log';
import { EventLogDashboardModule } from 'nestjs-event-log/dashboard';
import { EventLogQueryModule } from 'nestjs-event-log/query';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { type Client, clientOf } from '../utils/client.js';
import { type Adapter, closeApps, createApp } from '../utils/create-app.js';
import { until } from '../utils/until.js';

export const READ_KEY = 'read-key-of-dashboard';
export const WRITE_KEY = 'write-key-of-dashboard';
export const SERVER_KEY = 'read-key-of-a-server';
const apiKeys = [
  { id: 'read', key: READ_KEY, scopes: ['events:read' as const], allowedOrigins: ['*'] },
  { id: 'write', key: WRITE_KEY, scopes: ['events:write' as const], allowedOrigins: ['*'] },
  { id: 'server', key: SERVER_KEY, scopes: ['events:read' as const] },
];

/** A host with the dashboard, and pages of it in Chromium, anew for each test of the block that makes it. */
export class DashboardHost {
  context!: BrowserContext;
  client!: Client;
  address!: string;
  /** What pages said of themselves: errors, refused keys apart, and what their policy has stopped. */
  faults: string[] = [];
  #browser!: Browser;

  constructor(private readonly adapter: Adapter) {
    beforeAll(async () => {
      this.#browser = await chromium.launch({
        executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
        args: ['--no-sandbox', '--headless', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
      });
    });
    afterAll(() => this.#browser?.close());
    beforeEach(async () => {
      this.faults = [];
      await this.#start();
      await this.use({ timezoneId: 'Europe/Berlin' });
    });
    afterEach(async () => {
      await this.context?.close();
      await closeApps();
    });
  }

  async #start(): Promise<void> {
    const imports = [EventLogModule.forRoot({ apiKeys }), EventLogQueryModule.forRoot(), EventLogDashboardModule.forRoot()];
    const { url } = await createApp(this.adapter, { imports }, { configure: (host) => host.setGlobalPrefix('api') });
    this.client = clientOf(`${url}/api`, WRITE_KEY);
    this.address = `${url}/api/event-log`;
  }

  /** Pages are opened with these options from now on. */
  async use(options: BrowserContextOptions): Promise<void> {
    await this.context?.close();
    this.context = await this.#browser.newContext(options);
  }

  async log(events: object[]): Promise<void> {
    const { stored } = (await this.client.batch(events)).json<{ stored: number }>();
    expect(stored).toBe(events.length);
  }

  async open(search = '', key = READ_KEY): Promise<Page> {
    const page = await this.newPage();
    await this.enter(page, search, key);
    return page;
  }

  async enter(page: Page, search = '', key = READ_KEY): Promise<void> {
    await page.goto(this.address + search);
    await page.getByLabel('Key', { exact: true }).fill(key);
    await page.getByRole('button', { name: 'Open' }).click();
  }

  async openLoaded(search = ''): Promise<Page> {
    const page = await this.open(search);
    await isLoaded(page);
    return page;
  }

  async newPage(): Promise<Page> {
    const page = await this.context.newPage();
    page.on('pageerror', ({ message }) => this.faults.push(message));
    page.on('dialog', (dialog) => this.faults.push(dialog.message()));
    page.on('console', (message) => {
      const isRefusal = /responded with a status of (?:4|503)/.test(message.text());
      if (message.type() === 'error' && !isRefusal) this.faults.push(message.text());
    });
    return page;
  }
}

export function isLoaded(page: Page): Promise<void> {
  return until('all is loaded', async () => {
    const busy = await page.locator('.panel').evaluateAll((panels) => panels.map((panel) => panel.getAttribute('aria-busy')));
    return busy.every((state) => state === 'false');
  });
}

export function totalOf(page: Page): Promise<string | null> {
  return page.locator('.tile .figure').first().textContent();
}

export async function allOf(page: Page) {
  return {
    types: await page.locator('#top-types .value').allTextContents(),
    rows: await page.locator('#events .type').allTextContents(),
  };
}
