import { setTimeout as delay } from 'node:timers/promises';
import { startPostgres, startSqlite } from '../../utils/databases.js';
import { expectNoFaults, on, onEach, sum } from '../consumer-plays.js';
import { BATCH_SIZE, type ConsumerHostSettings, now, pidOf, type Stage } from '../consumer-stage.js';
import type { Host } from '../host.js';

const TAKEN_MS = 10_000;
const HANDED_OVER_MS = 2_000;
/** Long enough for a process to be stopped within it. */
const BEFORE_MOVE = { beforeMove: 600 };

async function killHolders(stage: Stage): Promise<number[]> {
  await Promise.all([stage.start(), stage.start()]);
  stage.startWriting();
  const times: number[] = [];
  for (const [kill, kind] of (['effect', 'begin', 'effect', 'begin', 'effect'] as const).entries()) {
    const holder = await stage.untilLast(kind);
    await holder.end('SIGKILL');
    const killedAt = now();
    const [time] = await Promise.all([stage.untilTaken(holder, killedAt), kill < 4 && stage.start()]);
    times.push(time);
  }
  await stage.finish();
  return times;
}

onEach('every event is handled, in order, when the process that handles is killed again and again', async (stage) => {
  const times = await killHolders(stage);
  expectNoFaults(stage, `Killed, taken over after ${times.join(', ')} ms`);
  // One that is killed in its first batch has had no effect.
  expect(new Set(stage.lines(['begin']).map(pidOf)).size).toBe(6);
  expect(sum(stage.judge().repeats)).toBeGreaterThan(0);
  expect(Math.max(...times)).toBeLessThan(TAKEN_MS);
});

on('the checker finds what a consumer loses that says that it is done before it is', startSqlite, async (stage) => {
  await stage.start({ isForgetful: true, before: 1_000 });
  stage.startWriting();
  const holder = await stage.untilLast('begin');
  await delay(300); // until the position is moved
  await holder.end('SIGKILL');
  await stage.start();
  await stage.finish();
  expect(stage.judge().lost).not.toEqual([]);
});

/** Stops a process until another one has taken over, and has handled more than was in hand; then the other one leaves. */
async function stopHolder(stage: Stage, kind: 'begin' | 'end', settings: ConsumerHostSettings): Promise<Host> {
  const stopped = await stage.start(settings);
  const other = await stage.start();
  stage.startWriting();
  await stage.untilHandled(BATCH_SIZE);
  expect(await stage.untilLast(kind)).toBe(stopped);
  process.kill(stopped.pid, 'SIGSTOP');
  await stage.stopWriting();
  await Promise.all([stage.untilTaken(stopped, now()), delay(8_000)]);
  for (let written = 0; written < 10; written++) await stage.write();
  await stage.finish();
  await delay(500); // until the position is moved, too
  process.kill(stopped.pid, 'SIGCONT');
  await delay(1_000);
  await other.end('SIGTERM');
  await stage.write();
  await stage.finish();
  return stopped;
}

on('an instance that is stopped amid a batch is told to give it up when it goes on', startPostgres, async (stage) => {
  const stopped = await stopHolder(stage, 'begin', { before: 200 });
  expectNoFaults(stage, 'Stopped amid a batch');
  expect(sum(stage.judge().repeats)).toBeLessThanOrEqual(BATCH_SIZE);
  expect(stage.lines(['abort']).map(pidOf)).toEqual([stopped.pid]);
});

onEach('an instance that is stopped before it moves the position can not move it when it goes on', async (stage) => {
  await stopHolder(stage, 'end', BEFORE_MOVE);
  expectNoFaults(stage, 'Stopped before it moves the position');
  expect(sum(stage.judge().repeats)).toBeLessThanOrEqual(BATCH_SIZE);
});

on('the checker finds what is repeated where a store lets it move the position', startSqlite, async (stage) => {
  await stopHolder(stage, 'end', { ...BEFORE_MOVE, store: 'unfenced' });
  expect(Math.max(...stage.judge().repeats)).toBeGreaterThan(BATCH_SIZE);
});

/** Two deployments: a new process starts, and then the old one is told to end. */
async function deploy(stage: Stage, settings: ConsumerHostSettings): Promise<number[]> {
  let old = await stage.start(settings);
  stage.startWriting();
  const times: number[] = [];
  for (let deployment = 0; deployment < 2; deployment++) {
    await stage.untilHandled(BATCH_SIZE);
    const next = await stage.start(settings);
    const signalledAt = now();
    const ending = old.end('SIGTERM');
    times.push(await stage.untilTaken(old, signalledAt));
    await ending;
    old = next;
  }
  await stage.untilHandled(BATCH_SIZE);
  await stage.finish();
  return times;
}

on('two deployments in a row repeat nothing', startPostgres, async (stage) => {
  const times = await deploy(stage, {});
  expectNoFaults(stage, `Deployed, taken over after ${times.join(', ')} ms`);
  expect(stage.judge().repeats).toEqual([0, 0, 0]);
  expect(Math.max(...times)).toBeLessThan(HANDED_OVER_MS + 1_000); // and what is in hand
});

on('the checker finds what is repeated where each process keeps positions of its own', startSqlite, async (stage) => {
  await deploy(stage, { store: 'memory' });
  expect(Math.max(...stage.judge().repeats)).toBeGreaterThan(BATCH_SIZE);
});

/** A consumer is taken out and put back, while others come with new names. */
async function rename(stage: Stage, store: ConsumerHostSettings['store']): Promise<void> {
  const first = await stage.start({ names: ['a'], store });
  await stage.write();
  await stage.finish();
  await first.end('SIGTERM');
  await stage.write();
  await stage.start({ names: ['new'], from: 'now', store });
  await stage.start({ names: ['a', 'anew'], from: 'beginning', store });
  await stage.write();
  await stage.finish('a', 'new', 'anew');
}

on('a consumer that was taken out goes on where it was, and one of a new name begins anew', startPostgres, async (stage) => {
  await rename(stage, 'typeorm');
  for (const name of ['a', 'anew']) {
    expectNoFaults(stage, `Named ${name}`, name);
    expect(sum(stage.judge(name).repeats)).toBe(0);
  }
  expect(stage.lines(['effect'], 'new').flatMap(({ ids }) => ids)).toEqual(stage.acknowledged.slice(-5));
});

on('the checker finds what is repeated where a position is forgotten', startSqlite, async (stage) => {
  await rename(stage, 'memory');
  expect(sum(stage.judge().repeats)).toBeGreaterThan(0);
});

/** Twenty instances in four processes. */
async function startMany(stage: Stage, settings: ConsumerHostSettings): Promise<void> {
  stage.startWriting();
  await Promise.all(Array.from({ length: 4 }, () => stage.start({ instances: 5, ...settings })));
  await stage.untilHandled(2 * BATCH_SIZE);
  await stage.finish();
  await delay(500);
}

onEach('of twenty instances that start at once, one is given each event once', async (stage) => {
  await startMany(stage, {});
  expectNoFaults(stage, 'Twenty instances');
  expect(stage.judge().repeats).toEqual([0]);
});

on('the checker finds what is repeated where twenty instances know nothing of each other', startSqlite, async (stage) => {
  await startMany(stage, { store: 'memory' });
  expect(Math.max(...stage.judge().repeats)).toBeGreaterThan(0);
});
