import type { Page } from 'playwright-core';
import { newEvent, newMessage } from '../utils/events.js';
import { until } from '../utils/until.js';
import { DashboardHost, isLoaded, totalOf } from './dashboard-host.js';

const stateOf = (page: Page) => page.locator('#live-state').textContent();
const typesOf = (page: Page) => page.locator('#events .type').allTextContents();
const isLive = (page: Page) => until('it is live', async () => (await stateOf(page)) === 'Live');

describe('The filters of the dashboard', () => {
  const host = new DashboardHost('express');

  it('of a custom range that ends before it begins say so, and nothing is loaded until it is mended', async () => {
    await host.log([newMessage({ type: 'kept' })]);
    const page = await host.openLoaded();
    await page.getByLabel('Custom').check();
    await isLoaded(page);
    await page.getByLabel('To', { exact: true }).fill('2020-01-01T00:00:00');
    expect(await page.locator('#range-fault').textContent()).toBe(''); // It may be typed in part.
    const asked: string[] = []; // From now on: until then, the page may go on with the range that it had.
    page.on('request', (request) => request.url().includes('/query/') && asked.push(request.url()));
    await page.getByRole('button', { name: 'Apply' }).click();
    await until('it is said', async () => (await page.locator('#range-fault').textContent()) === '“From” must be before “To”.');
    expect(await page.getByLabel('From', { exact: true }).getAttribute('aria-invalid')).toBe('true');
    expect(await page.locator('#board').getAttribute('data-faulty')).toBe('');
    expect(await page.getByRole('button', { name: 'Export CSV' }).isDisabled()).toBe(true);
    expect(await stateOf(page)).toContain('needs mending');
    await page.getByRole('button', { name: 'Refresh' }).click();
    expect(asked).toEqual([]);

    await page.getByLabel('From', { exact: true }).fill('2019-12-01T00:00:00');
    await page.keyboard.press('Enter');
    await until('it is loaded', async () => (await totalOf(page)) === '0');
    expect(await page.locator('#range-fault').textContent()).toBe('');
    expect(await page.locator('#board').getAttribute('data-faulty')).toBeNull();
    expect(host.faults).toEqual([]);
  });

  it('offer all entity types, also where they hold to one from the start', async () => {
    await host.log([newMessage({ type: 'a' }), newEvent({ type: 'b' })]);
    const page = await host.openLoaded('?entityType=message');
    const types = () => page.locator('#entityType option').allTextContents();
    await until('all are offered', async () => (await types()).join() === 'All,message,search');
    expect(await page.locator('#entityType').inputValue()).toBe('message');
  });

  it('say why a unit is not to be chosen, and of which document a property is', async () => {
    await host.log([newMessage({ properties: { page: '/docs' } })]);
    const page = await host.openLoaded('?range=24h');
    expect(await page.locator('label[title]:not([title=""])').allTextContents()).toEqual(['Week']);
    expect(await page.locator('label', { hasText: 'Week' }).getAttribute('title')).toBe('Weeks are too long for this time range');
    expect(await page.locator('#breakdown option').allTextContents()).toEqual(['properties.page (1)']);
  });

  it('are cleared at once where no event matches them', async () => {
    await host.log([newMessage({ type: 'a' })]);
    const page = await host.openLoaded();
    await page.getByLabel('Type', { exact: true }).fill('b');
    await page.getByRole('button', { name: 'Apply' }).click();
    await until('it is said', async () =>
      (await page.locator('#no-events').innerText()).includes('No events match these filters.'),
    );
    expect(await page.locator('#over-time .note').textContent()).toBe('No events match these filters.');
    await page.locator('#no-events').getByRole('button', { name: 'Clear filters' }).click();
    await until('all are shown', async () => (await typesOf(page)).join() === 'a');
    expect(new URL(page.url()).search).toBe('');
    expect(host.faults).toEqual([]);
  });
});

describe('The newest events of the dashboard', () => {
  const host = new DashboardHost('express');

  it('are paused and resumed, and say which', async () => {
    await host.log([newMessage({ type: 'before' })]);
    const page = await host.openLoaded();
    await isLive(page);
    await page.getByRole('button', { name: 'Pause' }).click();
    expect(await stateOf(page)).toBe('Paused');
    await host.log([newMessage({ type: 'held' })]);
    await page.getByRole('button', { name: 'Show 1 new' }).waitFor();
    expect(await typesOf(page)).toEqual(['before']);
    await page.getByRole('button', { name: 'Resume' }).click();
    await until('it is shown', async () => (await typesOf(page)).join() === 'held,before');
    expect(await stateOf(page)).toBe('Live');
    expect(await page.getByRole('button', { name: 'Pause' }).isVisible()).toBe(true);
  });

  it('stay where they are after one was looked at, say so, and go on by Resume', async () => {
    await host.log([newMessage({ type: 'before' })]);
    const page = await host.openLoaded();
    await isLive(page);
    await page.locator('.event').first().click();
    await page.getByRole('button', { name: 'Close' }).click();
    await until('it is said', async () => (await stateOf(page)) === 'Paused while you read');
    await host.log([newMessage({ type: 'held' })]);
    await page.getByRole('button', { name: 'Show 1 new' }).waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await until('it is shown', async () => (await typesOf(page)).join() === 'held,before');
    await isLive(page);
  });

  it('show older ones where one looks', async () => {
    const ages = Array.from({ length: 60 }, (_age, minutes) => new Date(Date.now() - minutes * 60_000).toISOString());
    await host.log(ages.map((createdAt, number) => newMessage({ type: `n${number}`, createdAt })));
    const page = await host.openLoaded('?range=30d');
    await page.getByRole('button', { name: 'Show older events' }).click();
    await until('they are there', async () => (await page.locator('.event').count()) === 60);
    expect(await page.locator('.event:focus .type').textContent()).toBe('n50');
    const isInSight = await page.locator('.event:focus').evaluate((row) => {
      const [{ top, bottom }, list] = [row.getBoundingClientRect(), row.closest('ol')!.getBoundingClientRect()];
      return top >= list.top && bottom <= list.bottom + 1;
    });
    expect(isInSight).toBe(true);
  });

  it('say why a CSV can’t be had, and that NDJSON can', async () => {
    await host.log([newMessage()]);
    const page = await host.openLoaded();
    const detail = 'CSV needs the package csv-stringify';
    await page.route(/events\/export/, (route) =>
      route.fulfill({ status: 406, contentType: 'application/problem+json', body: JSON.stringify({ detail }) }),
    );
    await page.getByRole('button', { name: 'Export CSV' }).click();
    const state = page.locator('#export-state.fault');
    await state.waitFor();
    expect(await state.textContent()).toContain(detail);
    expect(await state.textContent()).toContain('Export NDJSON');
  });
});
