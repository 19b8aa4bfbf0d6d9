import type { StoredEvent } from 'nestjs-event-log';
import { newEvent } from '../../lib/testing/event-repository/events.js';
import { queryHost } from './query-host.js';

const COUNT = 120;
const TEXT = 'x'.repeat(1_000_000);

describe('Events of a megabyte each', () => {
  let host: Awaited<ReturnType<typeof queryHost>>;
  const ids = Array.from({ length: COUNT }, (_, index) => `event ${String(index).padStart(3, '0')}`).reverse();

  beforeAll(async () => {
    const createdAt = (index: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString();
    host = await queryHost(
      [...ids].reverse().map((id, index) => newEvent({ id, createdAt: createdAt(index), properties: { TEXT } })),
    );
  });

  afterAll(() => host.app.close());

  it('are listed on pages that are shorter than their limit, and leave none out', async () => {
    const pages: StoredEvent[][] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page: Awaited<ReturnType<typeof host.service.list>> = await host.service.list({}, { limit: 1_000, cursor });
      pages.push(page.data);
      cursor = page.nextCursor;
    }
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.flat().map(({ id }) => id)).toEqual(ids);
  });

  it('are rows of queries on such pages, each of which has the total', async () => {
    const found: unknown[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page: Awaited<ReturnType<typeof host.service.query>> = await host.service.query({ cursor: cursor ?? undefined });
      expect([page.total, page.pageSize]).toEqual([COUNT, 1_000]);
      expect(page.count).toBeLessThan(COUNT);
      found.push(...page.result.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(found).toEqual(ids);
  });

  it('are all iterated over, and exported', async () => {
    const found: string[] = [];
    for await (const { id } of host.service.iterate()) found.push(id);
    expect(found).toEqual(ids);
    const { rows } = await host.service.export({ select: [{ type: 'field', field: 'properties', mode: 'json' }], limit: 70 });
    let count = 0;
    for await (const { properties } of rows) count += Number(String(properties).length > TEXT.length);
    expect(count).toBe(70);
  });
});
