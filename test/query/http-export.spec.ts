import type { ProblemDetails } from 'nestjs-event-log';
import { ADAPTERS, closeApps } from '../utils/create-app.js';
import { newEvent, newMessage } from '../utils/events.js';
import { KEYS, type ReadingHost, startReadingHost } from './http-host.js';

const NDJSON = { Accept: 'application/x-ndjson' };

describe.each(ADAPTERS)('An export on %s', (adapter) => {
  let host: ReadingHost;
  const exported = (body: object, headers?: Record<string, string>, key?: string) =>
    host.ask('/query/events/export', body, key, headers);

  describe('of a few events', () => {
    beforeAll(async () => {
      host = await startReadingHost(adapter);
      const properties = {
        plain: 'a',
        formula: '=1+1',
        wide: '＋1',
        negative: -5,
        phone: '+49 30',
        'quote"d': 'x,"y"\r\nz',
        on: true,
      };
      await host.client.log(newMessage({ id: 'a', createdAt: '2026-01-02T03:04:05.678Z', properties }), { key: KEYS.one.key });
      await host.client.log(newEvent({ id: '-b', createdAt: '2026-01-03T00:00:00Z', searchQuery: '@SUM(A1)' }), {
        key: KEYS.two.key,
      });
    });
    afterAll(closeApps);

    it('is CSV with a header, as a file, where the client does not say otherwise', async () => {
      const select = [
        { type: 'field', field: 'id' },
        { type: 'field', field: 'createdAt' },
        { type: 'field', field: 'searchQuery' },
      ];
      for (const accept of [
        '*/*',
        'text/csv',
        'application/json',
        'application/x-ndjson;q=0.1, text/csv',
        'application/x-ndjson;q=0',
      ]) {
        const answer = await exported({ select }, { Accept: accept });
        expect(answer.status).toBe(200);
        expect(answer.header('content-type')).toBe('text/csv; charset=utf-8');
        expect(answer.header('content-disposition')).toMatch(/^attachment; filename="events-[\dTZ-]+\.csv"$/);
        expect([answer.header('cache-control'), answer.header('x-content-type-options')]).toEqual(['no-store', 'nosniff']);
        expect(answer.text).toBe(
          "id,createdAt,searchQuery\r\n'-b,2026-01-03T00:00:00.000Z,'@SUM(A1)\r\na,2026-01-02T03:04:05.678Z,\r\n",
        );
      }
    });

    it('is NDJSON where the client asks for it', async () => {
      const answer = await exported({ select: [{ type: 'field', field: 'id' }] }, NDJSON);
      expect(answer.header('content-type')).toBe('application/x-ndjson');
      expect(answer.header('content-disposition')).toMatch(/\.ndjson"$/);
      expect(answer.text).toBe('{"id":"-b"}\n{"id":"a"}\n');
    });

    it('makes formulas harmless, in cells and in the header, and leaves numbers as they are', async () => {
      const paths = ['plain', 'formula', 'wide', 'negative', 'phone', 'quote"d', 'on'];
      const select = paths.map((path) => ({ type: 'field', field: 'properties', path: [path] }));
      const where = { condition: { field: 'id', operator: 'eq', value: 'a' } };
      const answer = await exported({ select, where });
      expect(answer.text).toBe(
        'properties.plain,properties.formula,properties.wide,properties.negative,properties.phone,"properties.quote""d",properties.on\r\n' +
          'a,\'=1+1,\'＋1,-5,\'+49 30,"x,""y""\r\nz",true\r\n',
      );
    });

    it('has a column for each key of a whole JSON field, or one of JSON text', async () => {
      const where = { condition: { field: 'id', operator: 'eq', value: 'a' } };
      const unpacked = await exported({ select: [{ type: 'field', field: 'properties' }], where });
      const [header] = unpacked.text.split('\r\n');
      expect(header.split(',').sort()).toEqual(
        ['formula', 'negative', 'on', 'phone', 'plain', 'wide']
          .map((key) => `properties.${key}`)
          .concat('"properties.quote""d"')
          .sort(),
      );
      const json = await exported({ select: [{ type: 'field', field: 'properties', mode: 'json' }], where });
      expect(json.text).toMatch(/^properties\r\n"\{""plain"":""a""/);
    });

    it('numbers of aggregates stay numbers', async () => {
      const select = [{ type: 'aggregation', aggregation: 'count' }];
      expect((await exported({ select })).text).toBe('count\r\n2\r\n');
      expect((await exported({ select }, NDJSON)).text).toBe('{"count":2}\n');
    });

    it('without `select` has the whole events, and of no project but that of the key', async () => {
      const csv = (await exported({}, {}, KEYS.two.key)).text.split('\r\n');
      for (const name of ['id', 'type', 'createdAt', 'projectId', 'searchQuery']) expect(csv[0].split(',')).toContain(name);
      expect(csv.length).toBe(3);
      const ndjson = await exported({}, NDJSON, KEYS.one.key);
      const stored = await host.client.get('/query/events/a', { key: KEYS.one.key });
      expect(ndjson.text).toBe(`${stored.text}\n`);
    });

    it('of none has the header alone', async () => {
      const where = { or: [] };
      const select = [{ type: 'field', field: 'id' }];
      expect((await exported({ select, where })).text).toBe('id\r\n');
      expect((await exported({ select, where }, NDJSON)).text).toBe('');
    });

    it('that is refused is answered with a problem, not with a file', async () => {
      const answer = await exported({ select: [{ type: 'field', field: 'nothing' }] });
      expect([answer.status, answer.header('content-disposition')]).toEqual([422, null]);
      expect(answer.json<ProblemDetails>().errors?.[0].pointer).toBe('#/select/0/field');
    });

    it('keeps a text of several lines in one cell, and names of keys as well', async () => {
      const text = 'one\n=1+1\rthree';
      await host.client.log(newEvent({ id: 'lines', type: 'lines', properties: { [text]: text } }), { key: KEYS.two.key });
      const where = { condition: { field: 'type', operator: 'eq', value: 'lines' } };
      const select = [
        { type: 'field', field: 'properties', path: [text] },
        { type: 'field', field: 'properties' },
      ];
      const { text: csv } = await exported({ select: select.slice(0, 1), where });
      expect(csv).toBe(`"properties.${text}"\r\n"${text}"\r\n`);
      expect((await exported({ select: select.slice(1), where })).text).toBe(csv);
    });
  });
});
