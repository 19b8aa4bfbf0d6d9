import type { DataSource } from 'typeorm';
import { cpuOf } from '../process-usage.js';

/** What each process of a PostgreSQL server on this machine has used so far, in microseconds; NaN where that can't be seen. */
export async function postgresCpu(source: DataSource): Promise<Map<number, number>> {
  const processes: { pid: number }[] = await source.query('SELECT pid FROM pg_stat_activity');
  return new Map(processes.map(({ pid }) => [pid, cpuOf(pid)]));
}

/** What they have used since then. What has ended meanwhile, as connections of a pool do that are idle, is left out. */
export async function postgresCpuSince(source: DataSource, before: ReadonlyMap<number, number>): Promise<number> {
  return [...(await postgresCpu(source))].reduce((sum, [pid, used]) => sum + used - (before.get(pid) ?? 0), 0);
}
