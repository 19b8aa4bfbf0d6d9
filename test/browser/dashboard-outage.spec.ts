import { newMessage } from '../utils/events.js';
import { TcpProxy } from '../utils/tcp-proxy.js';
import { until } from '../utils/until.js';
import { DashboardHost, isLoaded, totalOf } from './dashboard-host.js';

describe('The dashboard while its server is out', () => {
  const host = new DashboardHost('express');
  let proxy: TcpProxy;

  beforeEach(async () => {
    proxy = await TcpProxy.start(host.address);
    host.address = proxy.url;
    await host.log([newMessage({ type: 'before' })]);
  });
  afterEach(() => proxy.stop());

  const openLive = async () => {
    const page = await host.openLoaded();
    await until('it is live', async () => (await page.locator('#live-state').textContent()) === 'Live');
    return page;
  };

  it('keeps the figures, dimmed, below one banner with a way to try again', async () => {
    const page = await openLive();
    await proxy.stop();
    await page.getByRole('button', { name: 'Refresh' }).click();
    await page.locator('#outage').waitFor();
    await isLoaded(page);
    expect(await page.locator('#outage').innerText()).toContain('can’t be reached');
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(1);
    expect(await page.locator('.panel[data-old]').count()).toBe(await page.locator('.panel').count());
    expect(await totalOf(page)).toBe('1');
    expect(await page.locator('#events .type').allTextContents()).toEqual(['before']);

    await proxy.listen();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('#outage').waitFor({ state: 'hidden' });
    expect(await page.locator('.panel[data-old]').count()).toBe(0);
  });

  it('shows no figures of other filters than those in force', async () => {
    const page = await openLive();
    await proxy.stop();
    await page.getByLabel('30 days').check();
    await page.locator('#outage').waitFor();
    await isLoaded(page);
    expect(await page.locator('#totals .note').textContent()).toBe('Not loaded.');
    expect(await page.locator('.tile:visible, .event:visible').count()).toBe(0);
  });

  it('says so where there is no stream, and goes on asking', async () => {
    const page = await host.newPage();
    await page.route(/query\/live/, (route) => route.fulfill({ status: 404, body: '{}' }));
    await host.enter(page);
    const is = (words: string) =>
      until(`it says ${words}`, async () => (await page.locator('#live-state').textContent()) === words);
    await is('Updated every 5 s');
    await proxy.stop();
    await is('Connecting…');
    await host.log([newMessage({ type: 'meanwhile' })]);
    await proxy.listen();
    await is('Updated every 5 s');
    await until('what was missed is listed', async () =>
      (await page.locator('#events .type').allTextContents()).includes('meanwhile'),
    );
  });

  it('loads all by itself when the stream is back', async () => {
    const page = await openLive();
    await proxy.stop();
    await page.getByRole('button', { name: 'Refresh' }).click();
    await page.locator('#outage').waitFor();
    await host.log([newMessage({ type: 'meanwhile' })]);
    await proxy.listen();
    await until('what was missed is listed', async () =>
      (await page.locator('#events .type').allTextContents()).includes('meanwhile'),
    );
    await until('it is counted', async () => (await totalOf(page)) === '2');
    await page.locator('#outage').waitFor({ state: 'hidden' });
    expect(await page.locator('.panel[data-old]').count()).toBe(0);
    expect(await page.locator('.note').allTextContents()).not.toContain('Not loaded.');
    expect(host.faults.filter((fault) => !fault.includes('net::ERR_'))).toEqual([]);
  });
});
