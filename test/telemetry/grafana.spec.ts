import { EventConsumer, EventLogConsumersModule } from 'nestjs-event-log/consumers';
import { readFileSync } from 'node:fs';
import { closeApps } from '../utils/create-app.js';
import { newEvent } from '../utils/events.js';
import { until } from '../utils/until.js';
import { startPrometheus, startTelemetryHost } from './host.js';

interface Dashboard {
  panels: { title: string; targets: { expr: string }[] }[];
  templating: { list: { query: string | { query: string } }[] };
}

const [DOCUMENT] = readFileSync('docs/observability.md', 'utf8').split('### Spans');
const DASHBOARD = JSON.parse(readFileSync('docs/grafana-dashboard.json', 'utf8')) as Dashboard;
const METRIC = /\bevent_log_\w+/g;
/** Names in a query that are labels: what stands in braces, or behind `by`. */
const LABELS = /\{[^}]*\}|by \([^)]*\)/g;

@EventConsumer({ name: 'crm', from: 'beginning' })
class Consumer {
  handle(): void {}
}

let scraped: string;
beforeAll(async () => {
  const prometheus = await startPrometheus();
  const consumers = EventLogConsumersModule.forRoot();
  const { meterProvider } = prometheus;
  const { log } = await startTelemetryHost({ meterProvider, imports: [consumers], providers: [Consumer] });
  await log(newEvent());
  await log({});
  await until('all metrics are there', async () => {
    scraped = await prometheus.scrape();
    return scraped.includes('event_log_consumer_lag') && scraped.includes('event_log_refusals');
  });
  await closeApps();
  await prometheus.stop();
});

const namesScraped = () =>
  new Set(
    scraped
      .split('\n')
      .filter((line) => !line.startsWith('#'))
      .map((line) => line.split(/[{ ]/)[0]),
  );

it('the dashboard for Grafana asks for metrics and labels that the exporter exposes, and for each of them', () => {
  const queries = [
    ...DASHBOARD.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ...DASHBOARD.templating.list.map(({ query }) => (typeof query === 'string' ? query : query.query)),
  ];
  expect(queries.length).toBeGreaterThan(10);
  const metrics = new Set(queries.flatMap((query) => query.replaceAll(LABELS, '').match(METRIC) ?? []));
  expect([...metrics].filter((name) => !namesScraped().has(name))).toEqual([]);
  const labels = queries.flatMap((query) =>
    (query.match(LABELS) ?? []).flatMap((text) => text.match(/(?:event_log|http)_\w+/g) ?? []),
  );
  expect(labels.filter((label) => !scraped.includes(`${label}="`))).toEqual([]);
  const asked = [...metrics].map(familyOf);
  expect([...namesScraped()].filter((name) => name.startsWith('event_log_') && !asked.includes(familyOf(name)))).toEqual([]);
});

it('docs/observability.md has each metric, and no other one', () => {
  const documented = Array.from(DOCUMENT.matchAll(/^\| `(event_log[\w.]+)`/gm), ([, name]) => name.replaceAll('.', '_'));
  const exposed = [...namesScraped()].filter((name) => name.startsWith('event_log_')).map((name) => familyOf(name));
  expect(new Set(documented)).toEqual(new Set(exposed));
});

/** The name of the instrument, without what the exporter adds for its kind. */
function familyOf(name: string): string {
  return name.replace(/_(?:total|bucket|sum|count)$/, '');
}
