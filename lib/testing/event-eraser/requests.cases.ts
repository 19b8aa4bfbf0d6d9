import { randomUUID } from 'node:crypto';
import type { ErasureRequest } from '../../storage/erasure.interface.js';
import type { EventEraserCase } from './event-eraser.case.js';

function newRequest(more: Partial<ErasureRequest> = {}): ErasureRequest {
  return {
    id: randomUUID(),
    mode: 'delete',
    userKey: 'a person',
    paths: ['properties.text'],
    startedAt: '2026-01-02T03:04:05.678Z',
    finishedAt: null,
    counts: [],
    term: 1,
    beat: 0,
    ...more,
  };
}

/** How requests are kept. */
export const REQUESTS: readonly EventEraserCase[] = [
  {
    title: 'keeps a request as it was made until it is done, and then without the person',
    rule: 'A request must be listed as it was added, open until it is finished; then who it was about must be gone, and the counts kept.',
    async run({ eraser: { requests }, expect }) {
      const made = [newRequest(), newRequest({ projectId: 'p', mode: 'anonymize' }), newRequest({ projectId: null })];
      made[0] = { ...made[0], upTo: '7', chats: { conversations: 2, feedback: 1 } };
      for (const request of made) await requests.add(request);
      const ids = new Set(made.map(({ id }) => id));
      const own = async (which: 'all' | 'open') => (await requests.list(which)).filter(({ id }) => ids.has(id));
      const byId = (list: ErasureRequest[]) => list.toSorted((a, b) => (a.id < b.id ? -1 : 1));
      expect(byId(await own('open'))).toEqual(byId(made));
      const done = { finishedAt: '2026-01-02T03:04:06.000Z', counts: [{ projectId: null, events: 3 }] };
      await requests.finish(made[0].id, done.finishedAt, done.counts);
      expect(byId(await own('open'))).toEqual(byId(made.slice(1)));
      expect((await own('all')).find(({ id }) => id === made[0].id)).toEqual({ ...made[0], ...done, userKey: null });
    },
  },
  {
    title: 'gives a request to one instance at a time',
    rule: 'claim() must succeed for one of those that have seen the same; from then on, only the last one may beat, and nobody once it is done.',
    async run({ eraser: { requests }, expect }) {
      const request = newRequest();
      await requests.add(request);
      expect(await requests.beat(request.id, 1)).toBe(true);
      expect(await requests.claim(request)).toBe(false);
      const seen = { ...request, beat: 1 };
      expect((await Promise.all([requests.claim(seen), requests.claim(seen)])).toSorted()).toEqual([false, true]);
      expect(await requests.beat(request.id, 1)).toBe(false);
      expect(await requests.beat(request.id, 2)).toBe(true);
      await requests.finish(request.id, request.startedAt, []);
      expect(await requests.beat(request.id, 2)).toBe(false);
    },
  },
];
