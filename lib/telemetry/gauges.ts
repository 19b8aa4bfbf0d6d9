import type { BatchObservableCallback, Meter, Observable } from '@opentelemetry/api';
import type { ApiKeyStore } from '../auth/api-key.store.js';
import type { ConsumerLags } from '../feed/consumer-lags.js';
import type { EventWriter } from '../ingestion/event-writer.js';
import type { EventLogSettings } from '../options/event-log-settings.js';
import { within } from '../timing/within.js';
import { type LagSeries, lagSeriesOf } from './lag-series.js';
import { report, safely } from './safely.js';

/** A scrape must not wait for a store that is away. */
const LAG_TIMEOUT_MS = 1_000;

/** What gauges look at. */
export interface Watched {
  readonly writer: EventWriter;
  readonly settings: EventLogSettings;
  readonly keys: ApiKeyStore;
  readonly lags: ConsumerLags;
}

/** What is looked at when metrics are collected. Returns what ends that. */
export function watchGauges(meter: Meter, watched: Watched): () => void {
  const ends = [watchWaiting(meter, watched), watchKeys(meter, watched), watchLags(meter, watched)];
  return () => {
    for (const end of ends) end();
  };
}

function watchWaiting(meter: Meter, { writer, settings }: Watched): () => void {
  const events = meter.createObservableUpDownCounter('event_log.waiting.events', {
    unit: '{event}',
    description: 'Events that were taken and are not stored yet',
  });
  const eventsLimit = meter.createObservableUpDownCounter('event_log.waiting.events.limit', {
    unit: '{event}',
    description: 'How many may wait: maxPendingEvents',
  });
  const size = meter.createObservableUpDownCounter('event_log.waiting.size', {
    unit: 'By',
    description: 'Bytes of the events that wait',
  });
  const sizeLimit = meter.createObservableUpDownCounter('event_log.waiting.size.limit', {
    unit: 'By',
    description: 'How many bytes may wait: maxPendingBytes',
  });
  const age = meter.createObservableGauge('event_log.waiting.age', {
    unit: 's',
    description: 'For how long the oldest event has waited',
  });
  return watch(meter, [events, eventsLimit, size, sizeLimit, age], (result) => {
    const waiting = writer.waiting;
    result.observe(events, waiting.events);
    result.observe(eventsLimit, settings.maxPendingEvents);
    result.observe(size, waiting.bytes);
    result.observe(sizeLimit, settings.maxPendingBytes);
    result.observe(age, waiting.oldestMs / 1_000);
  });
}

function watchKeys(meter: Meter, { keys }: Watched): () => void {
  const cached = meter.createObservableUpDownCounter('event_log.keys.cached', {
    unit: '{key}',
    description: 'Answers of the store of keys that are held in memory',
  });
  return watch(meter, [cached], (result) => {
    const count = keys.cachedKeys?.();
    if (count !== undefined) result.observe(cached, count);
  });
}

function watchLags(meter: Meter, { lags }: Watched): () => void {
  const lag = meter.createObservableGauge('event_log.consumer.lag', {
    unit: '{event}',
    description: 'How many events a consumer has not been given yet, counted up to 10,000',
  });
  const delay = meter.createObservableGauge('event_log.consumer.delay', {
    unit: 's',
    description: 'For how long the next event of a consumer has been stored',
  });
  const observe = (result: Parameters<BatchObservableCallback>[0], { consumer, lagEvents, lagSeconds }: LagSeries) => {
    result.observe(lag, lagEvents, { 'event_log.consumer': consumer });
    result.observe(delay, lagSeconds, { 'event_log.consumer': consumer });
  };
  return watch(meter, [lag, delay], async (result) => {
    const found = await within(LAG_TIMEOUT_MS, lags.list());
    for (const series of lagSeriesOf(found ?? [])) observe(result, series);
  });
}

function watch(meter: Meter, instruments: Observable[], look: BatchObservableCallback): () => void {
  const callback: BatchObservableCallback = async (result) => {
    try {
      await look(result);
    } catch (error) {
      report(error);
    }
  };
  meter.addBatchObservableCallback(callback, instruments);
  return () => void safely(() => meter.removeBatchObservableCallback(callback, instruments));
}
