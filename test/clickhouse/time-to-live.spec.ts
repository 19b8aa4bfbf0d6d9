import type { EventLogClickHouseOptions } from 'nestjs-event-log/clickhouse';
import type { ClickHouse } from '../../lib/clickhouse/clickhouse.js';
import { toEventRow } from '../../lib/clickhouse/event-row.js';
import { timeBefore } from '../../lib/options/duration.js';
import { checkedRules } from '../../lib/options/retention/checked-rules.js';
import { newRecord } from '../utils/events.js';
import { describeClickHouse, dropDatabase, newDatabase, openTables } from './engine.js';

const DAY = 86_400_000;
const QUOTED = "it's \\ a '; --";
const PROJECTS = ['p', QUOTED, null];
const AGES = [0, 2, 40, 100, 400].map((days) => days * DAY + 3_600_000);
const RULES = [
  { keepFor: '90d' },
  { projectId: 'p', keepFor: '1y' },
  { projectId: 'p', entityType: 'search', keepFor: '1mo' },
  { projectId: null, keepFor: '1000y' },
  { entityType: 'search', keepFor: '36h' },
  { projectId: QUOTED, entityType: 'message', keepFor: '300y' },
];

describeClickHouse('The copy, by the rules of its options,', () => {
  let database: string;
  let opened: ClickHouse[];

  beforeEach(() => {
    [database, opened] = [newDatabase(), []];
  });

  afterEach(async () => {
    for (const clickHouse of opened.slice(1)) await clickHouse.onApplicationShutdown();
    await dropDatabase(opened[0]);
  });

  async function open(rules?: EventLogClickHouseOptions['rules']): Promise<ClickHouse> {
    const clickHouse = await openTables({ database, rules });
    opened.push(clickHouse);
    return clickHouse;
  }

  async function fill(clickHouse: ClickHouse) {
    const events = PROJECTS.flatMap((projectId) =>
      (['message', 'search'] as const).flatMap((entityType) =>
        AGES.map((age) => {
          const subject = entityType === 'message' ? { entityType, messageId: 'm' } : { entityType, searchQuery: 'q' };
          const receivedAt = new Date(Date.now() - age).toISOString();
          // Its own time is not what counts.
          return newRecord({ ...subject, projectId, receivedAt, createdAt: '2020-01-01T00:00:00.000Z' } as never);
        }),
      ),
    );
    const rows = events.map((event) => toEventRow(event, event.receivedAt));
    await clickHouse.insert(clickHouse.schema.events, rows, 'all');
    return events;
  }

  async function idsLeft(clickHouse: ClickHouse): Promise<unknown[]> {
    await clickHouse.change(`OPTIMIZE TABLE ${clickHouse.schema.eventParts} FINAL`);
    const rows = await clickHouse.read({ sql: `SELECT id FROM ${clickHouse.schema.events} ORDER BY id`, values: [] });
    return rows.map(({ id }) => id);
  }

  async function definition(clickHouse: ClickHouse): Promise<unknown> {
    const sql = `SELECT create_table_query AS q FROM system.tables WHERE database = {p1:String} AND name = 'event_log_events'`;
    return (await clickHouse.read({ sql, values: [database] }))[0].q;
  }

  it('keeps each event as long as retention would, and no longer', async () => {
    const clickHouse = await open(RULES);
    const events = await fill(clickHouse);
    const rules = checkedRules(RULES);
    const isOver = (event: (typeof events)[number]) => {
      const rule = rules.spans.map((span) => rules.ruleFor(event, span)).find((one) => one !== undefined);
      return rule !== undefined && new Date(event.receivedAt) < timeBefore(new Date(), rule.span);
    };
    const kept = events.filter((event) => !isOver(event)).map(({ id }) => id);
    expect(kept.length).toBe(22);
    expect(await idsLeft(clickHouse)).toEqual(kept.sort());
  });

  it('drops whole days where one rule is for all', async () => {
    const clickHouse = await open([{ keepFor: '30d' }]);
    const events = await fill(clickHouse);
    const kept = events.filter(({ receivedAt }) => Date.parse(receivedAt) > Date.now() - 30 * DAY);
    expect(await idsLeft(clickHouse)).toEqual(kept.map(({ id }) => id).sort());
    expect(await definition(clickHouse)).toContain('ttl_only_drop_parts = 1');
  });

  it.each(['100y', '150y', '200y', '201y', '1000y'])(
    'loses nothing by %s, which ends after the times of ClickHouse',
    async (keepFor) => {
      const clickHouse = await open([{ keepFor }]);
      const events = await fill(clickHouse);
      expect(await idsLeft(clickHouse)).toHaveLength(events.length);
    },
  );

  it('follows rules that are others now, for events that it has, and sets them once', async () => {
    const clickHouse = await open();
    const events = await fill(clickHouse);
    expect(await idsLeft(clickHouse)).toHaveLength(events.length);
    await open([{ keepFor: '200d' }]);
    const before = await definition(clickHouse);
    await open([{ keepFor: '200d' }]);
    expect(await definition(clickHouse)).toBe(before);
    expect(await idsLeft(clickHouse)).toHaveLength((events.length / AGES.length) * 4);
    await open([{ keepFor: '200d' }, { entityType: 'search', keepFor: '1d' }]);
    expect(await idsLeft(clickHouse)).toHaveLength((events.length / AGES.length / 2) * 5);
  });

  it('keeps all again where rules are taken away, also where that was cut off before', async () => {
    const clickHouse = await open([{ keepFor: '30d' }]);
    await clickHouse.change(`ALTER TABLE ${clickHouse.schema.eventParts} REMOVE TTL`);
    await open();
    const events = await fill(clickHouse);
    expect(await idsLeft(clickHouse)).toHaveLength(events.length);
    expect(await definition(clickHouse)).not.toContain(' TTL ');
  });
});
