import { newRecord } from '../utils/events.js';
import { queryHost } from './query-host.js';

it('an empty query answers every field of the events, the newest first', async () => {
  const { app, service } = await queryHost([
    newRecord({ id: 'old', createdAt: '2026-01-01T00:00:00.000Z' }),
    newRecord({ id: 'new', createdAt: '2026-01-02T00:00:00.000Z', properties: { n: 1, none: null } }),
  ]);
  const { result, ...page } = await service.query({});
  expect(page).toEqual({ total: 2, pageSize: 1_000, count: 2, nextCursor: null });
  expect(result[0]).toEqual({
    id: 'new',
    messageId: 'm1',
    createdAt: '2026-01-02T00:00:00.000Z',
    projectId: 'p',
    integrationId: null,
    eventType: 'message',
    type: 'message:copied',
    properties: { n: '1' },
    userProperties: null,
  });
  await app.close();
});
