// The published SDK, unchanged, and its MCP server against hosts on Express and Fastify, with SQLite and PostgreSQL.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { check, conclude, skip } from '../package/check.mjs';
import { writeJson } from '../package/shell.mjs';
import { openClickHouse } from './clickhouse.mjs';
import { checkConversations } from './conversations.mjs';
import { KEY, startHost } from './host.mjs';
import { install } from './install.mjs';
import { checkInstall } from './install-checks.mjs';
import { askByMcp } from './mcp.mjs';
import { EVENTS, QUESTIONS } from './questions.mjs';

const SDK = '@inkeep/inkeep-analytics';
const { TEST_POSTGRES_URL } = process.env;
const folder = await mkdtemp(join(tmpdir(), 'event-log-sdk-'));

try {
  await writeJson(join(folder, 'package.json'), { name: 'sdk-user', private: true, type: 'module' });
  await checkInstall(folder, SDK);
  const unreached = await install(folder, SDK);
  if (unreached === undefined)
    for (const adapter of ['express', 'fastify'])
      for (const database of await databases(adapter)) await checkHost(adapter, database);
  else skip(`the SDK, as the registry can't be reached (${unreached})`);
} finally {
  await rm(folder, { recursive: true });
}
conclude();

async function databases(adapter) {
  const memory = { name: 'memory', url: 'memory:', drop: () => undefined };
  const sqlite = { name: 'SQLite', url: `sqlite:${join(folder, `${adapter}.db`)}`, drop: () => undefined };
  const copied = {
    ...sqlite,
    name: 'ClickHouse',
    url: `sqlite:${join(folder, `${adapter}-copied.db`)}`,
    clickHouse: openClickHouse,
  };
  const hasEngine = await openClickHouse().then(
    (client) => client.close().then(() => true),
    () => false,
  );
  if (!hasEngine) skip(`the SDK on ${adapter} with ClickHouse, as its engine is not installed: npm run test:clickhouse does it`);
  const embedded = hasEngine ? [memory, sqlite, copied] : [memory, sqlite];
  if (TEST_POSTGRES_URL) return [...embedded, await postgres()];
  skip(`the SDK on ${adapter} with PostgreSQL, as TEST_POSTGRES_URL is not set`);
  return embedded;
}

async function postgres() {
  const name = `event_log_sdk_${randomBytes(4).toString('hex')}`;
  await administer(`CREATE DATABASE ${name}`);
  const url = Object.assign(new URL(TEST_POSTGRES_URL), { pathname: name }).href;
  return { name: 'PostgreSQL', url, drop: () => administer(`DROP DATABASE ${name} WITH (FORCE)`) };
}

async function administer(sql) {
  const client = new pg.Client(TEST_POSTGRES_URL);
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

async function checkHost(adapter, database) {
  const host = await startHost(adapter, database.url, database.clickHouse);
  const at = `${adapter}, ${database.name}`;
  try {
    await checkSdk(at, host);
    await checkMcp(at, host.url);
  } finally {
    await host.close();
    await database.drop();
  }
}

async function checkSdk(at, { url: serverURL, copied }) {
  const { InkeepAnalytics } = await import(pathToFileURL(join(folder, 'node_modules', SDK, 'dist/esm/index.js')).href);
  const client = new InkeepAnalytics({ serverURL, apiIntegrationKey: KEY, retryConfig: { strategy: 'none' } });
  const failures = new Map();
  let invalid = 0;
  const ask = async (question, call) => {
    try {
      return await call();
    } catch (error) {
      if (error.name === 'ResponseValidationError') invalid++;
      failures.set(JSON.stringify(question), `${error.name}: ${error.message.slice(0, 300)}`);
    }
  };

  await ask('log', () => client.events.log({ apiIntegrationKey: KEY }, EVENTS[0]));
  await logOthers(serverURL);
  await copied();
  for (const question of QUESTIONS) await ask(question, () => client.query.queryEvents(question));
  const where = QUESTIONS[0].where;
  for (const field of ['properties', 'userProperties']) {
    for (const views of [undefined, ['events_view'], ['feedback_view']]) {
      await ask({ field, views }, () => client.query.queryPropertyKeys({ field, views, where }));
      await ask({ field, views }, () => client.query.queryPropertyValues({ field, views, key: 'n' }));
    }
  }
  for (const request of [{}, { after: '2026-01-01' }, { after: '2026-01-01T00:00:00+01:00', projectId: 'p1' }]) {
    await ask(request, () => client.topSearchQueries(request));
    await ask(request, () => client.weeklySearchUsers(request));
  }

  await check(
    `${at}: each of ${QUESTIONS.length + 18} questions by the SDK is answered; ResponseValidationError: ${invalid}`,
    () => assert.deepEqual([...failures], []),
  );
  await check(`${at}: the SDK reads what it logged`, async () => {
    const { data } = await client.query.queryEvents({ select: [{ type: 'aggregation', aggregation: 'count', field: 'id' }] });
    assert.equal(data.result[0].countId, EVENTS.length);
    const { data: top } = await client.topSearchQueries({});
    assert.deepEqual(top.result[0], { searchQuery: 'guards', count: '2' });
  });
  await check(`${at}: querySemanticThreads is refused in words`, () =>
    assert.rejects(client.query.querySemanticThreads({}), { statusCode: 404, body: /This server has no semantic threads/ }),
  );
  await checkConversations(at, client);
}

/** What the SDK itself would not send: numbers and nulls as user properties of any name. */
async function logOthers(serverUrl) {
  const headers = { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' };
  await fetch(`${serverUrl}/events/batch`, { method: 'POST', headers, body: JSON.stringify(EVENTS.slice(1)) });
}

async function checkMcp(at, serverUrl) {
  const select = [{ type: 'aggregation', aggregation: 'count', field: 'id' }];
  const calls = [
    ['query-query-events', { select }],
    ['query-query-property-keys', { field: 'userProperties' }],
    ['top-search-queries', {}],
  ];
  await check(`${at}: an agent asks by the MCP server of the SDK`, async () => {
    const script = join(folder, 'node_modules', SDK, 'bin/mcp-server.js');
    const { tools, answers } = await askByMcp(script, { serverUrl, key: KEY }, calls);
    for (const [name] of calls) assert.ok(tools.includes(name));
    assert.deepEqual(
      answers.map(({ isError }) => isError ?? false),
      [false, false, false],
    );
    const [count, keys, searches] = answers.map(({ content }) => content[0].text);
    assert.match(count, new RegExp(`"count_?[iI]d":\\s*${EVENTS.length}`));
    assert.match(keys, /"plan"/);
    assert.match(searches, /"guards"/);
  });
}
