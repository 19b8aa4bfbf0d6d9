import type { ConsumerLag } from '../feed/consumer-lags.js';

/** Endpoints of webhooks come and go while the host runs, and their names are ids: together they are one series. */
const WEBHOOK = /^webhook:/;

export interface LagSeries {
  readonly consumer: string;
  readonly lagEvents: number;
  readonly lagSeconds: number;
}

/** How far consumers are behind, by name; of the endpoints of webhooks, the one that is the furthest. */
export function lagSeriesOf(lags: readonly ConsumerLag[]): LagSeries[] {
  const series = new Map<string, LagSeries>();
  for (const { name, lagEvents, lagSeconds } of lags) {
    if (lagEvents === null || lagSeconds === null) continue;
    const consumer = WEBHOOK.test(name) ? 'webhook' : name;
    const known = series.get(consumer);
    const [events, seconds] = [Math.max(lagEvents, known?.lagEvents ?? 0), Math.max(lagSeconds, known?.lagSeconds ?? 0)];
    series.set(consumer, { consumer, lagEvents: events, lagSeconds: seconds });
  }
  return [...series.values()];
}
