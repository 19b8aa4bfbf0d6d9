import { validate } from '@readme/openapi-parser';
import assert from 'node:assert/strict';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { check } from './check.mjs';
import { EXPORTS, imported, required } from './entries.mjs';
import { bootScript, checkLoaded, exportScript, telemetryScript } from './loaded.mjs';
import { compile, install, root, run, writeJson } from './shell.mjs';

/** Installs the tarball into a host as users have it, compiles and runs it. */
export async function checkHost({ name, type, packages }, tarball, temporary) {
  const cwd = join(temporary, type);
  await mkdir(cwd);
  await writeJson(join(cwd, 'package.json'), { name: 'host', private: true, type });
  await copyFile(join(root, 'test/package/host.ts'), join(cwd, 'host.ts'));

  await check(`${name}: installs`, () => install(cwd, [tarball, ...packages]));
  await check(`${name}: a host compiles, with the types of all packages checked`, () => compile(cwd, ['host.ts']));

  let seen;
  await check(`${name}: the host boots on Express, on Fastify and without HTTP`, async () => {
    seen = JSON.parse((await run(process.execPath, ['host.js'], { cwd })).stdout);
  });
  await check(`${name}: the store passes the published contract`, () => assert.ok(seen.contract > 10));
  await check(`${name}: a consumer is given an event, of which the process tells, too`, () => {
    assert.deepEqual(seen.consumer, { stored: 'consumed', handled: ['consumed'], names: ['mails'] });
  });
  for (const adapter of ['express', 'fastify']) {
    const at = `${name}, ${adapter}`;
    await check(`${at}: a service of the host logs through what is injected by class`, () => {
      assert.deepEqual(seen[adapter].logged, [false, true]);
    });
    await check(`${at}: an event is answered with 200 as JSON`, () => {
      const { status, type, body } = seen[adapter].event;
      assert.deepEqual([status, type], [200, 'application/json; charset=utf-8']);
      assert.deepEqual(body, {
        id: adapter,
        type: 'message:copied',
        messageId: 'm1',
        createdAt: '2026-01-02T03:04:05.678Z',
        projectId: 'p1',
        integrationId: null,
        properties: { a: ['é'] },
        userProperties: null,
        entityType: 'message',
      });
    });
    await check(`${at}: a key of the database is taken`, () => {
      const { status, body } = seen[adapter].byStoredKey;
      assert.deepEqual([status, body.projectId], [200, 'p2']);
    });
    await check(`${at}: an event of the host's own is taken, and is in its OpenAPI document`, async () => {
      const { ofOwn, document } = seen[adapter];
      assert.deepEqual([ofOwn.status, ofOwn.body.totalCents], [200, 5]);
      assert.ok('/events' in document.paths && '/events/beacon' in document.paths);
      assert.deepEqual(document.components.schemas['EventLogEvent.order'].properties.totalCents, { type: 'integer' });
      assert.deepEqual((await validate(document)).errors, undefined);
    });
    await check(`${at}: events are read over HTTP and in process, and exported`, () => {
      const { found, rows, csv, injected } = seen.reading[adapter];
      assert.match(found, /^200 application\/json; charset=utf-8 {"id":"a\/b",/);
      assert.match(
        rows,
        /^200 application\/json; charset=utf-8 {"status":"ok","data":{"result":\[{"searchQuery":"=1"}\],"total":1,/,
      );
      assert.equal(csv, "200 text/csv; charset=utf-8 searchQuery\r\n'=1\r\n");
      assert.equal(injected, 'a/b');
    });
    await check(`${at}: a page gets its preflight, its event, its refusal and its beacon answered`, () => {
      const statuses = [204, 200, 403, 204];
      assert.deepEqual(
        seen[adapter].fromPage,
        statuses.map((status) => [status, 'https://site.example']),
      );
    });
    await check(`${at}: malformed JSON is answered with 400 as a problem`, () =>
      assertProblem(seen[adapter].malformed, 400, 'bad_request'),
    );
    await check(`${at}: GET is answered with 405 as a problem`, () =>
      assertProblem(seen[adapter].get, 405, 'method_not_allowed'),
    );
    await check(`${at}: what exceeds the rate limit is answered with 429 as a problem`, () =>
      assertProblem(seen[adapter].limited, 429, 'too_many_requests'),
    );
  }

  await check(`${name}: the command line makes, rotates and lists keys`, async () => {
    const created = await commandLine(cwd, 'keys create --name cli --kind api --database sqlite:events.sqlite --json');
    const { text, key } = JSON.parse(created.stdout);
    assert.match(text, /^evl_api_\w{32}_\w{6}$/);
    await commandLine(cwd, `keys rotate ${key.id} --database sqlite:events.sqlite`);
    const listed = await commandLine(cwd, 'keys list --database sqlite:events.sqlite');
    assert.match(listed.stdout, new RegExp(`^${key.id} +cli .* replaced `, 'm'));
  });
  await check(`${name}: the command line names a driver that is missing`, async () => {
    await assert.rejects(commandLine(cwd, 'keys list --database postgres://127.0.0.1/none'), {
      code: 3,
      stderr: /npm install pg/,
    });
  });

  for (const [entry, names] of Object.entries(EXPORTS)) {
    await check(`${name}: import and require of ${entry} have the expected names`, async () => {
      assert.deepEqual(await imported(cwd, entry), names);
      assert.deepEqual(await required(cwd, entry), names);
    });
  }
  await checkLoaded({ name, type }, cwd);
}

/** What still works once the optional peers are gone. */
export async function checkWithoutPeers({ name, type }, temporary) {
  const cwd = join(temporary, type);
  const optionals = [
    'typeorm',
    '@nestjs/typeorm',
    '@nestjs/throttler',
    '@nestjs/swagger',
    '@opentelemetry/api',
    'csv-stringify',
    'standardwebhooks',
    'undici',
  ];
  for (const optional of optionals) await rm(join(cwd, 'node_modules', optional), { recursive: true });
  await check(`${name}: without TypeORM, the command line says so`, async () => {
    await assert.rejects(commandLine(cwd, 'keys list --database sqlite:events.sqlite'), {
      code: 3,
      stderr: /typeorm is missing/,
    });
    assert.match((await commandLine(cwd, 'keys create --help')).stdout, /^Usage/);
  });
  await check(
    `${name}: without TypeORM and throttler, the main entry, those that read, consume and tell health and the one for tests load`,
    async () => {
      for (const entry of [
        'nestjs-event-log',
        'nestjs-event-log/query',
        'nestjs-event-log/consumers',
        'nestjs-event-log/conversations',
        'nestjs-event-log/health',
        'nestjs-event-log/telemetry',
        'nestjs-event-log/testing',
      ]) {
        assert.deepEqual(await imported(cwd, entry), EXPORTS[entry]);
        assert.deepEqual(await required(cwd, entry), EXPORTS[entry]);
      }
      await assert.rejects(imported(cwd, 'nestjs-event-log/typeorm'), /Cannot find (?:package|module) '(?:@nestjs\/)?typeorm'/);
    },
  );
  await check(`${name}: without swagger, a host boots`, async () => {
    assert.equal((await run(process.execPath, [`--input-type=${type}`, '-e', bootScript(type)], { cwd })).stdout, '');
  });
  await check(`${name}: without csv-stringify, an export to CSV is a 406, and boot and answer name the package`, async () => {
    const { stdout, stderr } = await run(process.execPath, [`--input-type=${type}`, '-e', exportScript(type)], { cwd });
    assert.match(stdout, /^406 {.*application\/x-ndjson.*install csv-stringify/m);
    assert.match(stdout + stderr, /answered with 406.*npm install csv-stringify/);
  });
  await check(`${name}: without @opentelemetry/api, a host with telemetry refuses to boot and names the package`, async () => {
    const { stdout } = await run(process.execPath, [`--input-type=${type}`, '-e', telemetryScript(type)], { cwd });
    assert.match(stdout, /npm install @opentelemetry\/api/);
  });
  await check(`${name}: without throttler, a host with a rate limit refuses to boot and names the package`, async () => {
    const script = bootScript(type, '{ limit: 1, ttl: 60_000 }');
    const { stdout } = await run(process.execPath, [`--input-type=${type}`, '-e', script], { cwd });
    assert.match(stdout, /`rateLimit`.*install @nestjs\/throttler/);
  });
}

function assertProblem({ status, type, body }, expectedStatus, code) {
  assert.deepEqual([status, type.split(';')[0]], [expectedStatus, 'application/problem+json']);
  assert.deepEqual([body.status, body.code, body.error.code, body.instance], [expectedStatus, code, code, '/events']);
}

/** As users call it; npm tells the exit code of the command as its own. */
function commandLine(cwd, call) {
  return run('npm', ['exec', '--offline', '--', 'nestjs-event-log', ...call.split(' ')], { cwd });
}
