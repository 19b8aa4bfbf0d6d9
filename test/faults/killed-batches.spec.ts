import { check, NO_FAULTS } from './checker.js';
import { describeDatabases } from './describe-databases.js';
import type { SentEvent } from './event.js';
import { type Completion, History } from './history.js';
import { Host } from './host.js';
import { killUnderLoad } from './kill-under-load.js';
import { readStored } from './stored-events.js';

const BATCH_SIZE = 40;

/** Sends all that was sent again, as batches. */
async function sendAgain(history: History, url: string): Promise<Completion[]> {
  const sent = history.records.flatMap(({ kind, event }) => (kind === 'invoke' ? [event] : []));
  const completions: Completion[] = [];
  for (let i = 0; i < sent.length; i += BATCH_SIZE) {
    completions.push(...(await history.sendBatch(url, sent.slice(i, i + BATCH_SIZE))));
  }
  return completions;
}

const acknowledged = (history: History) =>
  new Set(history.completions().flatMap(({ kind, event }) => (kind === 'ok' ? [event.messageId] : [])));
const namesOf = (events: readonly SentEvent[]) => new Set(events.map(({ messageId }) => messageId));
const isReplay = ({ result }: Completion) => result !== undefined && 'replayed' in result;

describeDatabases((url) => {
  it('no item of a batch that was answered with 200 is lost when the process is killed, and none is doubled when all are sent again', async () => {
    const history = new History();
    const host = await killUnderLoad(url(), history, BATCH_SIZE);
    expect(check(history.records, await readStored(url()))).toMatchObject(NO_FAULTS);
    const before = acknowledged(history);
    const again = await sendAgain(history, host.url);
    expect(again.map(({ kind }) => kind)).toEqual(again.map(() => 'ok'));
    const replayed = namesOf(again.filter(isReplay).map(({ event }) => event));
    expect([...before].filter((name) => !replayed.has(name))).toEqual([]);
    const stored = await readStored(url());
    expect(check(history.records, stored)).toMatchObject(NO_FAULTS);
    expect(stored).toHaveLength(again.length);
  });
});

it('sending batches again finds the items that a store in memory loses when the process is killed', async () => {
  const history = new History();
  const host = await killUnderLoad('memory:', history, BATCH_SIZE);
  const before = acknowledged(history);
  expect(before.size).toBeGreaterThan(0);
  const again = await sendAgain(history, host.url);
  expect(again.filter(isReplay)).toEqual([]);
  await Host.killAll();
});
