import { existsSync, readFileSync } from 'node:fs';
import type { DataSource } from 'typeorm';

/** A tick of /proc, in microseconds. */
const TICK_US = 10_000;

/** What each process of a PostgreSQL server on this machine has used so far, in microseconds; NaN where that can't be seen. */
export async function postgresCpu(source: DataSource): Promise<Map<number, number>> {
  const processes: { pid: number }[] = await source.query('SELECT pid FROM pg_stat_activity');
  return new Map(processes.map(({ pid }) => [pid, ticksOf(pid) * TICK_US]));
}

/** What they have used since then. What has ended meanwhile, as connections of a pool do that are idle, is left out. */
export async function postgresCpuSince(source: DataSource, before: ReadonlyMap<number, number>): Promise<number> {
  return [...(await postgresCpu(source))].reduce((sum, [pid, used]) => sum + used - (before.get(pid) ?? 0), 0);
}

function ticksOf(pid: number): number {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return NaN;
  const stat = readFileSync(path, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]); // utime and stime
}
