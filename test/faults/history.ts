import { Agent } from 'node:http';
import type { BatchResult, ItemResult } from 'nestjs-event-log';
import type { SentEvent } from './event.js';
import { type Answer, post } from './http-client.js';

/** What a client knows of one attempt: stored (200), refused (4xx), or nothing for sure (5xx, no whole answer). */
export interface Completion {
  kind: 'ok' | 'fail' | 'unknown';
  event: SentEvent;
  startedAt: number;
  ms: number;
  answer?: Answer;
  /** Of an item of a batch, in place of an answer. */
  result?: ItemResult;
}

export type HistoryRecord = { kind: 'invoke'; event: SentEvent } | Completion;

/** All that clients did and saw, in order; nothing is ever taken out. */
export class History {
  readonly records: HistoryRecord[] = [];
  private readonly agent = new Agent({ keepAlive: true });

  /** Sends an event once and records how that ended; never rejects. */
  send(url: string, event: SentEvent, agent = this.agent): Promise<Completion> {
    return this.attempt(event, () => post(url, JSON.stringify(event), agent));
  }

  /** Records an attempt that is made in another way. */
  async attempt(event: SentEvent, make: () => Promise<Answer>): Promise<Completion> {
    this.records.push({ kind: 'invoke', event });
    const startedAt = performance.now();
    const answer = await make().catch(() => undefined);
    const completion = { kind: kindOf(answer), event, startedAt, ms: performance.now() - startedAt, answer };
    this.records.push(completion);
    return completion;
  }

  /** Sends events as one batch and records of each how that ended; never rejects. */
  async sendBatch(url: string, events: readonly SentEvent[], agent = this.agent): Promise<Completion[]> {
    for (const event of events) this.records.push({ kind: 'invoke', event });
    const startedAt = performance.now();
    const answer = await post(`${url}/batch`, JSON.stringify(events), agent).catch(() => undefined);
    const ms = performance.now() - startedAt;
    const results = answer?.status === 200 ? (JSON.parse(answer.body) as BatchResult).results : undefined;
    const completions = events.map((event, index) => {
      const result = results?.[index];
      return { kind: kindOf(result ?? answer), event, startedAt, ms, result };
    });
    this.records.push(...completions);
    return completions;
  }

  completions(): Completion[] {
    return this.records.filter((record) => record.kind !== 'invoke');
  }

  count(kind: HistoryRecord['kind']): number {
    return this.records.reduce((sum, record) => sum + Number(record.kind === kind), 0);
  }

  get inFlight(): number {
    return 2 * this.count('invoke') - this.records.length;
  }
}

function kindOf(answer?: { status: number }): Completion['kind'] {
  if (answer?.status === 200) return 'ok';
  return answer && answer.status >= 400 && answer.status < 500 ? 'fail' : 'unknown';
}
