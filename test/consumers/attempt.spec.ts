import { attempt } from '../../lib/consumers/attempt.js';
import type { Subscription } from '../../lib/consumers/subscription.interface.js';
import { Tenure } from '../../lib/consumers/tenure.js';

const state = {
  name: 'a',
  position: '0',
  status: 'running',
  holder: 'h',
  term: 1,
  beat: 0,
  attempts: 0,
  failingSince: null,
  lastError: null,
  movedAt: '2026-01-01T00:00:00.000Z',
  retriesParked: true,
} as const;

/** How often a consumer is given records under this tenure, and what that came to. */
async function attemptUnder(tenure: Tenure) {
  let calls = 0;
  const subscription: Subscription = {
    name: 'a',
    from: 'now',
    batchSize: 1,
    handleTimeout: 1_000,
    retry: { maxAttempts: 1, halves: true, onFailure: 'park', pauseAfter: () => 1 },
    isWanted: () => true,
    deliver: async () => void calls++,
  };
  const record = {
    kind: 'erased',
    position: '1',
    receivedAt: '2026-01-01T00:00:00.000Z',
    idDigest: '1',
    projectId: null,
  } as const;
  const outcome = await attempt(subscription, [{ record, after: '0' }], 1, tenure);
  tenure.end('The test is over');
  return { calls, ...outcome };
}

const tenureSince = (confirmedAt: number) => new Tenure(state, { name: 'a', term: 1 }, confirmedAt);

it('records are handled under a lease that was just confirmed', async () => {
  expect(await attemptUnder(tenureSince(performance.now()))).toEqual({ calls: 1, isHandled: true });
});

it('nothing is begun under a lease that has ended, as while what was parked is read again', async () => {
  const tenure = tenureSince(performance.now());
  tenure.end('The lease was taken away');
  const error = new Error('The lease was taken away');
  expect(await attemptUnder(tenure)).toEqual({ calls: 0, isHandled: false, error });
});

it('nothing is begun under a lease that was confirmed too long ago, as after a pause of the process', async () => {
  const error = new Error('The lease could not be kept');
  expect(await attemptUnder(tenureSince(performance.now() - 5_001))).toEqual({ calls: 0, isHandled: false, error });
});
