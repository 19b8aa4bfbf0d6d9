import type { Counter, Histogram, Meter } from '@opentelemetry/api';

/** In seconds: a commit takes milliseconds, and an answer at most some seconds. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const EVENTS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000];

/** What is measured as it happens. */
export interface Instruments {
  readonly events: Counter;
  readonly eventSize: Counter;
  readonly refusals: Counter;
  readonly commitDuration: Histogram;
  readonly commitSize: Histogram;
  readonly answerDuration: Histogram;
}

export function instrumentsOf(meter: Meter): Instruments {
  const seconds = { unit: 's', advice: { explicitBucketBoundaries: SECONDS } };
  return {
    events: meter.createCounter('event_log.events', {
      unit: '{event}',
      description: 'Events that reached the writer, by entity type and by what became of them',
    }),
    eventSize: meter.createCounter('event_log.event.size', {
      unit: 'By',
      description: 'About how many bytes of UTF-8 the events are that were stored, by entity type',
    }),
    refusals: meter.createCounter('event_log.refusals', {
      unit: '{refusal}',
      description: 'Requests, and events of batches, that were answered with 4xx or 5xx, by status',
    }),
    commitDuration: meter.createHistogram('event_log.commit.duration', {
      ...seconds,
      description: 'From handing a batch of events to the store until it has answered, with further tries',
    }),
    commitSize: meter.createHistogram('event_log.commit.size', {
      unit: '{event}',
      advice: { explicitBucketBoundaries: EVENTS },
      description: 'Events of a batch that share a commit',
    }),
    answerDuration: meter.createHistogram('event_log.answer.duration', {
      ...seconds,
      description: 'From a request to a route of the module until its answer is sent',
    }),
  };
}
