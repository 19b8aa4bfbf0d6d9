import { existsSync, readFileSync } from 'node:fs';

/** A tick of /proc, in microseconds. */
const TICK_US = 10_000;

/** The CPU that a process of this machine has used so far, in microseconds; NaN where that can't be seen. */
export function cpuOf(pid: number): number {
  const stat = textOf(pid, 'stat');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_US; // utime and stime
}

/** Its memory (RSS), in bytes; NaN where that can't be seen. */
export function memoryOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(textOf(pid, 'status'))?.[1]) * 1_024;
}

function textOf(pid: number, file: string): string {
  const path = `/proc/${pid}/${file}`;
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
