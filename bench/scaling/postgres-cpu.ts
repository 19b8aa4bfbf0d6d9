import { readFileSync } from 'node:fs';
import type { DataSource } from 'typeorm';

/** A tick of /proc, in microseconds. */
const TICK_US = 10_000;

/** What the processes of a PostgreSQL server on this machine have used so far, in microseconds; NaN where that can't be seen. */
export async function postgresCpu(source: DataSource): Promise<number> {
  const processes: { pid: number }[] = await source.query('SELECT pid FROM pg_stat_activity');
  try {
    return processes.reduce((sum, { pid }) => sum + ticksOf(pid) * TICK_US, 0);
  } catch {
    return NaN;
  }
}

function ticksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]); // utime and stime
}
