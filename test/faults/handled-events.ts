import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** What an instance tells of a batch that it handles, in `consumer-host.mjs`. */
export interface HandlingLine {
  /** `<pid>:<number>` */
  app: string;
  consumer: string;
  kind: 'begin' | 'effect' | 'end' | 'abort';
  attempt: number;
  ids: string[];
  /** On the clock that nobody can set, in milliseconds. */
  at: number;
}

/** What has become of events, by the effects of a consumer. */
export interface Handling {
  /** Acknowledged, and never handled. */
  lost: string[];
  /** How many were first handled after one that was acknowledged later. */
  outOfOrder: number;
  /** How many were handled again, by the turns of instances: the first, the one after it, and so on. */
  repeats: number[];
}

/** Judges effects, in order, by events that were acknowledged one after the other. */
export function judge(acknowledged: readonly string[], effects: readonly HandlingLine[]): Handling {
  const places = new Map(acknowledged.map((id, place) => [id, place]));
  const seen = new Set<string>();
  const firsts: number[] = [];
  const repeats: number[] = [];
  for (const [index, { app, ids }] of effects.entries()) {
    if (app !== effects[index - 1]?.app) repeats.push(0);
    for (const id of ids) {
      if (seen.has(id)) repeats[repeats.length - 1]++;
      else if (places.has(id)) firsts.push(places.get(id)!);
      seen.add(id);
    }
  }
  return {
    lost: acknowledged.filter((id) => !seen.has(id)),
    outOfOrder: firsts.filter((place, index) => place < firsts[index - 1]).length,
    repeats,
  };
}

/** Lines of a file that grows, read on each time. */
export class HandlingLog {
  private readonly all: HandlingLine[] = [];
  private readonly fd: number;
  private length = 0;

  constructor(readonly file: string) {
    this.fd = openSync(file, 'a+');
  }

  lines(): readonly HandlingLine[] {
    const rest = Buffer.alloc(fstatSync(this.fd).size - this.length);
    readSync(this.fd, rest, 0, rest.length, this.length);
    const whole = rest.subarray(0, rest.lastIndexOf('\n') + 1);
    this.length += whole.length;
    for (const line of whole.toString().split('\n')) if (line !== '') this.all.push(JSON.parse(line) as HandlingLine);
    return this.all;
  }

  close(): void {
    closeSync(this.fd);
  }
}
