import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { API_KEY } from '../server.js';
import type { Ledger } from './ledger.js';

const QUERY_PAUSE_MS = 250;
/** So long one person writes, who may be erased later. */
const PERSON_MS = 10_000;
const COUNT = { type: 'aggregation', aggregation: 'count', field: 'id' };
const QUESTIONS = [
  { select: [COUNT], groupBy: [{ field: 'type', includeInSelect: true }], limit: 10 },
  { select: [{ type: 'time', timeUnit: 'hour', field: 'createdAt' }, COUNT] },
  { select: [{ type: 'field', field: 'id' }], orderBy: [{ field: 'createdAt', direction: 'desc' }], limit: 50 },
];

/** What clients were answered. */
export interface Answers {
  /** By status; 0 is no answer at all. */
  readonly statuses: Map<number, number>;
  readonly times: number[];
}

export const newAnswers = (): Answers => ({ statuses: new Map(), times: [] });

/** The person that writes at a moment. */
export const personAt = (ms: number) => `u${Math.floor(ms / PERSON_MS)}`;

/** Writes events one after the other until told to end: of ten, three are searches. */
export async function write(url: string, ledger: Ledger, answers: Answers, pauseMs: number, signal: AbortSignal): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (; !signal.aborted; await delay(pauseMs)) {
    const [number, userId] = [numbers++, personAt(performance.now())];
    const isSearch = number % 10 < 3;
    const kind = isSearch ? { entityType: 'search', searchQuery: 'q' } : { entityType: 'message', messageId: `m${number}` };
    const event = { ...kind, type: `t${number % 7}`, properties: { number }, userProperties: { userId } };
    const body = await post(agent, url, event, answers);
    if (body !== undefined) ledger.acknowledged.set((JSON.parse(body) as { id: string }).id, { isSearch, userId, number });
  }
  agent.destroy();
}

/** Asks questions until told to end. */
export async function query(url: string, answers: Answers, signal: AbortSignal): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let turn = 0; !signal.aborted; turn++) {
    await post(agent, new URL('/query/events', url).href, QUESTIONS[turn % QUESTIONS.length], answers);
    await delay(QUERY_PAUSE_MS);
  }
  agent.destroy();
}

let numbers = 0;

/** Resolves to the body of a 200, and notes any answer. */
async function post(agent: Agent, url: string, content: object, { statuses, times }: Answers): Promise<string | undefined> {
  const start = performance.now();
  const { status, body } = await new Promise<{ status: number; body: string }>((resolve) => {
    const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };
    const asking = request(url, { method: 'POST', agent, headers }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode!, body }));
      answer.on('error', () => resolve({ status: 0, body: '' }));
    });
    asking.on('error', () => resolve({ status: 0, body: '' }));
    asking.end(JSON.stringify(content));
  });
  times.push(performance.now() - start);
  statuses.set(status, (statuses.get(status) ?? 0) + 1);
  return status === 200 ? body : undefined;
}
