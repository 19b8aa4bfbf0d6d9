import type { Attributes } from '@opentelemetry/api';
import { isUnavailable, statusOf } from '../diagnostics/status-of.js';
import type { ObservedEvent, ObservedOutcome } from '../diagnostics/observer.interface.js';
import type { Instruments } from './instruments.js';

/** What a request came to. */
export interface MeasuredAnswer {
  readonly route: string;
  readonly method: string | undefined;
  /** Undefined: its client went before there was an answer. */
  readonly status: number | undefined;
  readonly seconds: number;
}

/** Puts numbers on what happens. No attribute has a value that a caller can make up: a backend keeps a series for each. */
export class Measures {
  /** Of answers, made once each: to make them anew takes as long as to record them. */
  private readonly answerAttributes = new Map<string, Attributes>();

  constructor(private readonly instruments: Instruments) {}

  settled(batch: readonly ObservedEvent[], outcomes: readonly ObservedOutcome[]): void {
    this.count(batch, (index) => nameOf(outcomes[index]));
    for (const [entityType, bytes] of storedBytes(batch, outcomes)) {
      this.instruments.eventSize.add(bytes, { 'event_log.entity_type': entityType });
    }
  }

  lost(events: readonly ObservedEvent[], error: unknown): void {
    const outcome = isUnavailable(error) ? 'unavailable' : 'failed';
    this.count(events, () => outcome);
  }

  committed(size: number, seconds: number, error?: unknown): void {
    const attributes = error === undefined ? {} : { 'error.type': errorTypeOf(error) };
    this.instruments.commitDuration.record(seconds, attributes);
    this.instruments.commitSize.record(size, attributes);
  }

  answered(answer: MeasuredAnswer): void {
    const { status, seconds } = answer;
    this.instruments.answerDuration.record(seconds, this.attributesOf(answer));
    if (status !== undefined && status >= 400) this.refused(status, 'request');
  }

  refused(status: number, what: 'request' | 'event'): void {
    this.instruments.refusals.add(1, { 'http.response.status_code': status, 'event_log.refused': what });
  }

  private attributesOf({ route, method = '_OTHER', status }: MeasuredAnswer): Attributes {
    const key = `${status} ${method} ${route}`;
    const known = this.answerAttributes.get(key);
    if (known !== undefined) return known;
    const outcome = status === undefined ? { 'error.type': 'client_gone' } : { 'http.response.status_code': status };
    const attributes = { 'http.route': route, 'http.request.method': method, ...outcome };
    this.answerAttributes.set(key, attributes);
    return attributes;
  }

  // A batch has few pairs of entity type and outcome: one addition for each costs less than one for each event.
  private count(events: readonly ObservedEvent[], outcomeOf: (index: number) => string): void {
    const counts = new Map<string, { count: number; attributes: Attributes }>();
    events.forEach(({ record: { entityType } }, index) => {
      const outcome = outcomeOf(index);
      const known = counts.get(outcome + entityType);
      if (known !== undefined) return void known.count++;
      const attributes = { 'event_log.entity_type': entityType, 'event_log.outcome': outcome };
      counts.set(outcome + entityType, { count: 1, attributes });
    });
    for (const { count, attributes } of counts.values()) this.instruments.events.add(count, attributes);
  }
}

/** What an error is of, as an attribute: a status, and none of its texts. */
export function errorTypeOf(error: unknown): string {
  return String(statusOf(error) ?? 'error');
}

function nameOf(outcome: ObservedOutcome): string {
  if ('conflict' in outcome) return 'conflict';
  if ('erased' in outcome) return 'erased';
  return outcome.replayed ? 'replayed' : 'stored';
}

function storedBytes(batch: readonly ObservedEvent[], outcomes: readonly ObservedOutcome[]): Map<string, number> {
  const sums = new Map<string, number>();
  batch.forEach(({ record: { entityType }, bytes }, index) => {
    if (nameOf(outcomes[index]) === 'stored') sums.set(entityType, (sums.get(entityType) ?? 0) + bytes);
  });
  return sums;
}
