import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../utils/until.js';

const CALLS = 'fsync,fdatasync,write,writev,pwrite64,pwritev,sendto,sendmsg';

/** Why system calls can't be traced here, if so. */
export function whyNoTrace(): string | undefined {
  try {
    execFileSync('strace', ['-o', '/dev/null', 'true'], { stdio: 'pipe' });
    return undefined;
  } catch {
    return 'the order of system calls is seen with strace, which is not installed or not permitted';
  }
}

/** Traces processes with all their threads, while `run` runs; returns a line a system call, in their order. */
export async function traceCalls(pids: number[], run: () => Promise<void>): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'event-log-strace-'));
  const output = join(folder, 'calls');
  const processes = pids.flatMap((pid) => ['-p', String(pid)]);
  const strace = spawn('strace', ['-f', '-y', '-s', '32', '-e', `trace=${CALLS}`, '-o', output, ...processes]);
  const exit = once(strace, 'exit');
  let said = '';
  strace.stderr.on('data', (chunk) => (said += chunk));
  try {
    await until('strace is attached', () => pids.every((pid) => said.includes(`Process ${pid} attached`)));
    await run();
  } finally {
    strace.kill('SIGINT'); // detaches
    await exit;
  }
  const calls = (await readFile(output, 'utf8')).split('\n');
  await rm(folder, { recursive: true });
  return calls;
}

/**
 * Counts the answers with status 200 among traced calls, and those that left before what was written to the log of the
 * database for them was synced. Events must be sent one after the other.
 */
export function countAnswers(calls: readonly string[]): { answers: number; early: number } {
  let answers = 0;
  let early = 0;
  let state: 'nothing' | 'written' | 'synced' = 'nothing';
  const syncing = new Set<string>(); // threads
  for (const call of calls) {
    const [thread] = call.split(' ', 1);
    if (/ p?writev?(?:64)?\(\d+<[^>]*(?:-wal|\/pg_wal\/\w+)>/.test(call)) state = 'written';
    if (/ f(?:data)?sync\(\d+<[^>]*(?:-wal|\/pg_wal\/\w+)>/.test(call)) syncing.add(thread);
    if (syncing.has(thread) && call.endsWith(' = 0')) {
      syncing.delete(thread);
      if (state === 'written') state = 'synced';
    }
    if (call.includes('"HTTP/1.1 200 ')) {
      answers++;
      if (state !== 'synced') early++;
      state = 'nothing';
    }
  }
  return { answers, early };
}
