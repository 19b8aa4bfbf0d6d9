import assert from 'node:assert/strict';
import { mkdtemp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { check } from './check.mjs';
import { readJson, run } from './shell.mjs';

const OPTIONAL = [
  '@clickhouse/client',
  '@nestjs/throttler',
  '@nestjs/typeorm',
  '@opentelemetry/api',
  'csv-stringify',
  'standardwebhooks',
  'typeorm',
  'undici',
];
const MINIMAL = ['@nestjs/common', '@nestjs/core', 'class-validator', 'nestjs-event-log'];

/** A host in one script, which stores in memory; it prints why it does not boot. */
export function bootScript(type, rateLimit = 'undefined', ...entries) {
  const names = { 'reflect-metadata': '', '@nestjs/core': '{ NestFactory }', 'nestjs-event-log': '{ EventLogModule }' };
  const all = [...Object.entries(names), ...entries.map((entry) => [entry, ''])];
  const load = all.map(([from, what]) =>
    type === 'module' ? `import ${what && `${what} from`} '${from}'` : `${what && `const ${what} =`} require('${from}')`,
  );
  const options = `{ apiKeys: [{ id: 'a', key: 'the-only-key', kind: 'api' }], rateLimit: ${rateLimit} }`;
  const boot = `NestFactory.createApplicationContext({ module: class {}, imports: [EventLogModule.forRoot(${options})] }`;
  return `${load.join(';\n')};\n${boot}, { logger: false, abortOnError: false }).catch(({ message }) => console.log(message))`;
}

/** A host that exports its events to CSV; it prints the answer. */
export function exportScript(type) {
  const names = {
    'reflect-metadata': '',
    '@nestjs/core': '{ NestFactory }',
    'nestjs-event-log': '{ EventLogModule }',
    'nestjs-event-log/query': '{ EventLogQueryModule }',
  };
  const load = Object.entries(names).map(([from, what]) =>
    type === 'module' ? `import ${what && `${what} from`} '${from}'` : `${what && `const ${what} =`} require('${from}')`,
  );
  const log = `EventLogModule.forRoot({ apiKeys: [{ id: 'a', key: 'the-only-key', kind: 'api' }] })`;
  const headers = `{ Authorization: 'Bearer the-only-key', 'Content-Type': 'application/json' }`;
  return `${load.join(';\n')};
    (async () => {
      const app = await NestFactory.create({ module: class {}, imports: [${log}, EventLogQueryModule.forRoot()] }, { logger: ['warn', 'error'] });
      await app.listen(0, '127.0.0.1');
      const url = await app.getUrl();
      const answer = await fetch(url + '/query/events/export', { method: 'POST', headers: ${headers}, body: '{}' });
      console.log(answer.status, await answer.text());
      await app.close();
    })()`;
}

/** A host with telemetry; it prints why it does not boot. */
export function telemetryScript(type) {
  const telemetry = { 'nestjs-event-log/telemetry': '{ EventLogTelemetryModule }' };
  return bootScript(type)
    .replace('imports: [', 'imports: [EventLogTelemetryModule.forRoot(), ')
    .replace(/^/, `${loads(type, telemetry)};\n`);
}

function loads(type, names) {
  return Object.entries(names).map(([from, what]) =>
    type === 'module' ? `import ${what} from '${from}'` : `const ${what} = require('${from}')`,
  );
}

/** What a host does not use is installed here, and yet no code of it may be loaded. */
export async function checkLoaded({ name, type }, cwd) {
  await check(`${name}: a host that stores in memory loads no optional peer and no other entry`, async () => {
    const { packages, ours } = await loadedBy(cwd, type, bootScript(type));
    assert.deepEqual(among(MINIMAL, packages), MINIMAL);
    assert.deepEqual(among(OPTIONAL, packages), []);
    assert.deepEqual(
      among(
        [
          ...['cli', 'clickhouse', 'consumers', 'conversations', 'dashboard', 'feed', 'health', 'query'],
          ...['retention', 'telemetry', 'testing', 'typeorm'],
        ],
        ours,
      ),
      [],
    );
  });
  await check(`${name}: a host that imports the entry for TypeORM does load it`, async () => {
    const { packages, ours } = await loadedBy(cwd, type, bootScript(type, 'undefined', 'nestjs-event-log/typeorm'));
    assert.deepEqual(among(OPTIONAL, packages), ['@nestjs/typeorm', 'typeorm']);
    assert.deepEqual(among(['consumers', 'typeorm'], ours), ['typeorm']);
  });
  await check(`${name}: a host that imports the entry for consumers loads it, and nothing of webhooks' packages`, async () => {
    const { packages, ours } = await loadedBy(cwd, type, bootScript(type, 'undefined', 'nestjs-event-log/consumers'));
    assert.deepEqual(among(OPTIONAL, packages), []);
    assert.deepEqual(among(['consumers', 'query', 'typeorm'], ours), ['consumers']);
  });
}

function among(names, found) {
  return names.filter((name) => found.has(name));
}

/** The packages of which code ran, and the folders of ours; by coverage, which sees both kinds of module. */
async function loadedBy(cwd, type, script) {
  const directory = await mkdtemp(join(cwd, 'coverage-'));
  const env = { ...process.env, NODE_V8_COVERAGE: directory };
  const { stdout } = await run(process.execPath, [`--input-type=${type}`, '-e', script], { cwd, env });
  assert.equal(stdout, '');
  const reports = await Promise.all((await readdir(directory)).map((file) => readJson(join(directory, file))));
  const paths = reports.flatMap(({ result }) => result.map(({ url }) => url.split('/node_modules/').at(-1)));
  return {
    packages: new Set(paths.map((path) => /^(?:@[^/]+\/)?[^/]+/.exec(path)?.[0])),
    ours: new Set(paths.map((path) => /^nestjs-event-log\/dist\/\w+\/(\w+)\//.exec(path)?.[1])),
  };
}
