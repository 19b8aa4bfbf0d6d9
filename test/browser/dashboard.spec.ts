import { readFile } from 'node:fs/promises';
import { ADAPTERS } from '../utils/create-app.js';
import { newEvent, newMessage } from '../utils/events.js';
import { until } from '../utils/until.js';
import { allOf, DashboardHost, isLoaded, READ_KEY, SERVER_KEY, totalOf, WRITE_KEY } from './dashboard-host.js';

const RTL = '\u202egnp.exe';
const LONG = 'x'.repeat(5_000);
/** What strangers may store, to be shown as text and nothing else. */
const HOSTILE = [
  '<script>attacked = 1</script>',
  '<img src=x onerror="attacked = 1">',
  '"><svg onload=attacked=1>',
  "');attacked=1;//",
  'javascript:attacked=1',
  '{files}',
  '__proto__',
  'constructor',
  RTL,
  '\u0000after NUL',
  '   ',
];

describe.each(ADAPTERS)('The dashboard on %s', (adapter) => {
  const host = new DashboardHost(adapter);

  it('asks for a key first, loads nothing before, keeps it for the tab alone and forgets it', async () => {
    const page = await host.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(host.address);
    await page.getByLabel('Key', { exact: true }).waitFor();
    expect(asked.filter((url) => !url.startsWith(`${host.address}/files/`))).toEqual([host.address]);

    await page.getByLabel('Key', { exact: true }).fill(READ_KEY);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Newest events' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Newest events' }).waitFor();
    expect(asked.join()).not.toContain(READ_KEY);
    const other = await host.context.newPage();
    await other.goto(host.address);
    await other.getByLabel('Key', { exact: true }).waitFor();

    await page.getByRole('button', { name: 'Forget key' }).click();
    await page.getByLabel('Key', { exact: true }).waitFor();
    expect(await page.evaluate('sessionStorage.length + localStorage.length')).toBe(0);
    expect(host.faults).toEqual([]);
  });

  it.each([
    ['an unknown key', 'key-of-nobody', 'unknown, has expired or was revoked'],
    ['a key that only writes', WRITE_KEY, 'needs the scope events:read'],
    ['a key that no page may use', SERVER_KEY, 'allowedOrigins'],
  ])('says why it refuses %s', async (_name, key, words) => {
    const page = await host.open('', key);
    await until('it is said', async () => ((await page.getByRole('alert').textContent()) ?? '').includes(words));
    expect(await page.getByLabel('Key', { exact: true }).isVisible()).toBe(true);
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  });

  it('shows how to log the first event, and that event at once when it is stored', async () => {
    const page = await host.openLoaded();
    expect(await page.locator('#curl').textContent()).toContain(`curl ${host.address.replace('event-log', 'events')} `);
    await host.client.log(newMessage({ type: 'the.first' }));
    await until('the event is shown', async () => (await page.locator('#events .type').allTextContents()).includes('the.first'));
    await until('it is counted', async () => (await totalOf(page)) === '1');
    expect(await page.locator('#empty').isVisible()).toBe(false);
    expect(host.faults).toEqual([]);
  });

  it('shows figures, the period before, searches without results and people, and the chart as a table', async () => {
    const before = new Date(Date.now() - 9 * 86_400_000).toISOString();
    const search = (searchQuery: string, totalResults: number) =>
      newEvent({ type: 'search_query_response_received', searchQuery, properties: { totalResults } });
    await host.log([
      newMessage({ type: 'a', userProperties: { userId: 'u1' } }),
      newMessage({ type: 'a', userProperties: { id: 'u2' } }),
      newMessage({ type: 'old', createdAt: before }),
      newEvent({ type: 'search_query_submitted', searchQuery: 'guards' }),
      search('guards', 3),
      search('nothing of it', 0),
    ]);
    const page = await host.openLoaded();
    expect(await page.locator('.tile').first().innerText()).toMatch(/All events\s+5\s+\+400% · 1 before/);
    expect(await page.locator('#top-searches .value').allTextContents()).toEqual(['guards']);
    expect(await page.locator('#failed-searches .value').allTextContents()).toEqual(['nothing of it']);
    expect(await page.locator('#people .count').first().textContent()).toBe('2');
    await page.getByText('The figures as a table').click();
    await page.locator('#figures tbody').waitFor();
    const today = page.locator('#figures tbody tr').last();
    expect(await page.locator('#figures thead th').allTextContents()).toEqual(['Day', 'search', 'message', 'All']);
    expect(await today.locator('td').allTextContents()).toEqual(['3', '2', '5']);
    expect(host.faults).toEqual([]);
  });

  it('filters by what is clicked, says so in the URL, and goes back', async () => {
    await host.log([
      newMessage({ type: 'kept', properties: { plan: 'pro', seats: 5 } }),
      newMessage({ type: 'kept', properties: { plan: 'free', seats: '5' } }),
      newMessage({ type: 'other', properties: { plan: 'pro' } }),
    ]);
    const page = await host.openLoaded();
    await page.locator('#top-types').getByRole('button', { name: 'kept' }).click();
    await page.locator('#property').getByRole('button', { name: 'pro' }).click();
    await until('one event is left', async () => (await totalOf(page)) === '1');
    await isLoaded(page);
    expect(await allOf(page)).toEqual({ types: ['kept'], rows: ['kept'] });
    expect(new URL(page.url()).search).toBe('?type=kept&properties.plan=pro');

    const shared = await host.openLoaded(new URL(page.url()).search);
    expect(await allOf(shared)).toEqual({ types: ['kept'], rows: ['kept'] });
    const both = await host.openLoaded('?properties.seats=5');
    expect(await totalOf(both)).toBe('2');

    await page.goBack();
    await until('the property is no filter any more', async () => (await totalOf(page)) === '2');
    await page.getByRole('button', { name: 'Remove the filter type: kept' }).click();
    await until('there is no filter', async () => (await totalOf(page)) === '3');
    expect(new URL(page.url()).search).toBe('');
    expect(host.faults).toEqual([]);
  });

  it('shows what is stored meanwhile if the filters mean it, and the whole of an event', async () => {
    await host.log([newMessage({ type: 'before' })]);
    const page = await host.openLoaded('?properties.plan=pro');
    await until('it is live', async () => (await page.locator('#live-state').textContent()) === 'Live');
    await host.log([
      newMessage({ type: 'of.free', properties: { plan: 'free' } }),
      newMessage({ type: 'of.pro', properties: { plan: 'pro', nested: { deep: ['é'] } } }),
    ]);
    await until('it is shown', async () => (await page.locator('#events .type').allTextContents()).join() === 'of.pro');
    await page.locator('.event').first().click();
    await until('all of it is shown', async () => (await page.locator('#json').textContent()) !== 'Loading…');
    const shown = JSON.parse((await page.locator('#json').textContent())!) as object;
    expect(shown).toMatchObject({ type: 'of.pro', properties: { plan: 'pro', nested: { deep: ['é'] } } });
    expect(host.faults).toEqual([]);
  });

  it.each([
    ['CSV', /^id,.*\r\n.*mine/s],
    ['NDJSON', /^\{.*"type":"mine".*\}\n$/],
  ])('exports as %s what the filters mean', async (format, content) => {
    await host.log([newMessage({ type: 'mine' }), newMessage({ type: 'not of it' })]);
    const page = await host.openLoaded('?type=mine');
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: `Export ${format}` }).click();
    const download = await downloading;
    const text = await readFile(await download.path(), 'utf8');
    const name = new RegExp(`^events-[-0-9T]+Z\\.${format.toLowerCase()}$`);
    expect(download.suggestedFilename()).toMatch(name);
    expect(text).toMatch(content);
    expect(text).not.toContain('not of it');
  });

  it('runs nothing of what strangers have stored', async () => {
    const texts = [...HOSTILE, LONG];
    const keyed = (text: string) => text.replaceAll('\u0000', '');
    const named = (text: string) => keyed(text).slice(0, 255);
    await host.log(
      texts.flatMap((text) => [
        newEvent({ type: 'search_query_submitted', searchQuery: text, userProperties: { userId: text } }),
        newEvent({
          type: named(text),
          searchQuery: text,
          properties: JSON.parse(JSON.stringify({ a: text, [keyed(text)]: text })),
        }),
        newEvent({
          type: 'search_query_response_received',
          searchQuery: text,
          properties: { totalResults: 0, [keyed(text)]: 1 },
        }),
      ]),
    );
    const filters = HOSTILE.map((text): [string, string] => [`properties.${text}`, text]);
    const searches: [string, string][][] = [
      [['breakdown', `properties.${HOSTILE[0]}`]],
      [['breakdown', 'properties.__proto__']],
      [...filters, ['type', HOSTILE[0]!], ['user', HOSTILE[1]!], ['searchQuery', HOSTILE[2]!], ['breakdown', HOSTILE[1]!]],
    ];
    for (const search of searches) {
      const page = await host.openLoaded(`?${new URLSearchParams(search)}`);
      expect(await page.evaluate('typeof attacked')).toBe('undefined');
      await page.close();
    }
    const page = await host.openLoaded('?breakdown=properties.a');
    const shown = await page.locator('#top-searches .value').allTextContents();
    for (const text of HOSTILE.slice(0, 3)) expect(shown).toContain(text);
    await page.getByText('The figures as a table').click();
    for (const event of (await page.locator('.event').all()).slice(0, 12)) {
      await event.click();
      await page.getByRole('button', { name: 'Close' }).click();
    }
    for (const value of (await page.locator('#property .value').allTextContents()).slice(0, 4)) {
      await page
        .locator('#property .rank', { hasText: value.slice(0, 20) })
        .first()
        .click();
      await isLoaded(page);
      await page.goBack();
      await isLoaded(page);
    }
    expect(await page.evaluate('typeof attacked')).toBe('undefined');
    expect(await page.locator('main script, main img[src="x"], main svg').count()).toBe(0);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(host.faults).toEqual([]);
  });

  it('is held to it by the browser, which refuses to make markup of a text', async () => {
    const page = await host.openLoaded();
    const markup = `document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="attacked = 1">')`;
    await expect(page.evaluate(markup)).rejects.toThrow('TrustedHTML');
  });

  it('goes back to the form where the key is not taken any more', async () => {
    await host.log([newMessage()]);
    const page = await host.openLoaded();
    await page.route(/query/, (route) => route.fulfill({ status: 401, contentType: 'application/problem+json', body: '{}' }));
    await page.getByRole('button', { name: 'Refresh' }).click();
    await until('it is said', async () => ((await page.getByRole('alert').textContent()) ?? '').includes('was revoked'));
  });

  it('asks to narrow the range where a query takes too long, and tries again where the server is busy', async () => {
    await host.log([newMessage({ type: 'seen' })]);
    const page = await host.openLoaded();
    const detail = 'The query took longer than 10 s; narrow the time range';
    let busy = 0;
    await page.route(/query\/property-keys/, (route) =>
      route.fulfill({ status: 422, contentType: 'application/problem+json', body: JSON.stringify({ detail }) }),
    );
    await page.route(/query\/events$/, (route) =>
      busy++ < 3 ? route.fulfill({ status: 503, headers: { 'Retry-After': '1' } }) : route.continue(),
    );
    await page.getByRole('button', { name: 'Refresh' }).click();
    await isLoaded(page);
    expect(await page.locator('#property .note').textContent()).toContain(detail);
    expect(await totalOf(page)).toBe('1');
    expect(busy).toBeGreaterThan(3);
  });

  it.each([
    ['light', 360],
    ['dark', 1440],
  ] as const)('fits in %s, %s pixels wide, and can be used by keys alone', async (colorScheme, width) => {
    await host.log([
      newMessage({ type: 'a.type.of.a.long.name.that.has.no.place.to.break'.repeat(4) }),
      newEvent({ searchQuery: LONG }),
    ]);
    await host.use({ colorScheme, viewport: { width, height: 800 } });
    const page = await host.openLoaded();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    await page.locator('#events .event').first().focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('#detail').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await page.locator('#detail').isVisible()).toBe(false);
    const unnamed = await page
      .locator('button:visible, input:visible, select:visible')
      .evaluateAll(
        (controls) =>
          controls.filter(
            (control) =>
              !control.textContent?.trim() && !(control as { labels?: ArrayLike<unknown> }).labels?.length && !control.ariaLabel,
          ).length,
      );
    expect(unnamed).toBe(0);
    expect(host.faults).toEqual([]);
  });
});
