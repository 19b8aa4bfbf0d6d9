import { check, NO_FAULTS } from './checker.js';
import { describeDatabases } from './describe-databases.js';
import { History } from './history.js';
import { Host } from './host.js';
import { killUnderLoad } from './kill-under-load.js';
import { readBack, readStored } from './stored-events.js';

describeDatabases((url) => {
  it('every acknowledged event is kept, once and whole, when the process is killed under load', async () => {
    const history = new History();
    const host = await killUnderLoad(url(), history);
    expect(history.completions().flatMap(({ answer }) => (answer && answer.status !== 200 ? [answer] : []))).toEqual([]);
    expect(check(history.records, await readStored(url()))).toMatchObject(NO_FAULTS);
    const before = [...history.records];
    expect(check(before, await readBack(host.url, history))).toMatchObject(NO_FAULTS);
  });
});

it('the checker finds the events that a store in memory loses when the process is killed', async () => {
  const history = new History();
  const host = await killUnderLoad('memory:', history);
  const before = [...history.records];
  const acknowledged = new Set(before.flatMap(({ kind, event }) => (kind === 'ok' ? [event.messageId] : [])));
  const { lost } = check(before, await readBack(host.url, history));
  expect(new Set(lost)).toEqual(acknowledged);
  await Host.killAll();
});
