// What npm would publish, in hosts as users have them: Nest 11 with CommonJS and Nest 12 with ESM.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

const EXPORTS = {
  'nestjs-event-log': [
    'ApiKeyGuard',
    'ApiKeyStore',
    'EventLogModule',
    'EventLogService',
    'EventRepository',
    'EventsController',
    'InMemoryEventRepository',
    'InvalidEventException',
    'ProblemDetailsFilter',
    'RequireScopes',
    'apiKeyDigest',
  ],
  'nestjs-event-log/testing': ['describeEventRepository'],
  'nestjs-event-log/typeorm': [
    'ApiKeyEntity',
    'ApiKeyService',
    'EventEntity',
    'TypeOrmEventRepository',
    'eventLogMigrations',
    'typeOrmApiKeys',
    'typeOrmStorage',
  ],
};

const nest = (major) =>
  ['common', 'core', 'platform-express', 'platform-fastify', 'typeorm'].map((name) => `@nestjs/${name}@${major}`);
const HOSTS = [
  { name: 'Nest 11, CommonJS', type: 'commonjs', packages: [...nest(11), '@nestjs/throttler@6', 'typeorm@0.3'] },
  { name: 'Nest 12, ESM', type: 'module', packages: [...nest(12), '@nestjs/throttler@6', 'typeorm@1'] },
];

let passed = 0;
let failed = 0;

async function check(title, verify) {
  try {
    await verify();
    passed++;
    console.log(`ok ${title}`);
  } catch (error) {
    failed++;
    console.log(`not ok ${title}\n${[error.message, error.stdout, error.stderr].filter(Boolean).join('\n')}`);
  }
}

const temporary = await mkdtemp(join(tmpdir(), 'event-log-package-'));
try {
  const tarball = await checkTarball();
  for (const host of HOSTS) await checkHost(host, tarball);
} finally {
  await rm(temporary, { recursive: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function checkTarball() {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', temporary], { cwd: root });
  const [{ filename, files }] = JSON.parse(stdout);
  const paths = files.map(({ path }) => path);

  await check('the tarball holds dist/esm, dist/cjs and the files about them, nothing else', () => {
    const tops = paths.map((path) => path.match(/^dist\/(?:esm|cjs)(?=\/)|.*/)[0]);
    const expected = ['CHANGELOG.md', 'LICENSE', 'README.md', 'dist/cjs', 'dist/esm', 'package.json'];
    assert.deepEqual([...new Set(tops)].sort(), expected);
  });

  await check('every file in dist is of a source in lib', async () => {
    const sources = await readdir(join(root, 'lib'), { recursive: true });
    const modules = sources.filter((path) => path.endsWith('.ts')).map((path) => path.slice(0, -'.ts'.length));
    const expected = ['esm', 'cjs'].flatMap((format) =>
      modules.flatMap((path) => [`dist/${format}/${path}.js`, `dist/${format}/${path}.d.ts`]),
    );
    const inDist = paths.filter((path) => path.startsWith('dist/'));
    assert.deepEqual(inDist.sort(), [...expected, 'dist/cjs/package.json'].sort());
  });

  await check('every package that dist imports is a dependency or a peer', async () => {
    const declared = new Set([...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)]);
    const undeclared = [];
    for (const path of paths.filter((path) => /^dist\/.*(?:\.js|\.d\.ts)$/.test(path))) {
      const specifiers = (await readFile(join(root, path), 'utf8')).matchAll(
        /(?:\bfrom |\bimport |\bimport\(|\brequire\()['"]([^'".][^'"]*)['"]|<reference types="([^"]+)"/g,
      );
      for (const [, imported, referenced] of specifiers) {
        const [, name] = /^((?:@[^/]+\/)?[^/]+)/.exec(imported ?? referenced);
        const builtin = name.startsWith('node:') || builtinModules.includes(name);
        if (!builtin && !declared.has(name)) undeclared.push(`${name} in ${path}`);
      }
    }
    assert.deepEqual(undeclared, []);
  });

  return join(temporary, filename);
}

async function checkHost({ name, type, packages }, tarball) {
  const cwd = join(temporary, type);
  await mkdir(cwd);
  await writeJson(join(cwd, 'package.json'), { name: 'host', private: true, type });
  await copyFile(join(root, 'test/package/host.ts'), join(cwd, 'host.ts'));

  await check(`${name}: installs`, () => install(cwd, [tarball, ...packages]));
  await check(`${name}: a host compiles, with the types of all packages checked`, () => compile(cwd));

  let seen;
  await check(`${name}: the host boots on Express, on Fastify and without HTTP`, async () => {
    seen = JSON.parse((await run(process.execPath, ['host.js'], { cwd })).stdout);
  });
  await check(`${name}: the store passes the published contract`, () => assert.ok(seen.contract > 10));
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

  const optionals = ['typeorm', '@nestjs/typeorm', '@nestjs/throttler'];
  for (const optional of optionals) await rm(join(cwd, 'node_modules', optional), { recursive: true });
  await check(`${name}: without TypeORM, the command line says so`, async () => {
    await assert.rejects(commandLine(cwd, 'keys list --database sqlite:events.sqlite'), {
      code: 3,
      stderr: /typeorm is missing/,
    });
    assert.match((await commandLine(cwd, 'keys create --help')).stdout, /^Usage/);
  });
  await check(`${name}: without TypeORM and throttler, the main entry and the one for tests load`, async () => {
    for (const entry of ['nestjs-event-log', 'nestjs-event-log/testing']) {
      assert.deepEqual(await imported(cwd, entry), EXPORTS[entry]);
      assert.deepEqual(await required(cwd, entry), EXPORTS[entry]);
    }
    await assert.rejects(imported(cwd, 'nestjs-event-log/typeorm'), /Cannot find (?:package|module) '(?:@nestjs\/)?typeorm'/);
  });
  await check(`${name}: without throttler, a host with a rate limit refuses to boot and names the package`, async () => {
    const names = { 'reflect-metadata': '', '@nestjs/core': '{ NestFactory }', 'nestjs-event-log': '{ EventLogModule }' };
    const load = Object.entries(names).map(([from, what]) =>
      type === 'module' ? `import ${what && `${what} from`} '${from}'` : `${what && `const ${what} =`} require('${from}')`,
    );
    const options = "{ apiKeys: [{ id: 'a', key: 'the-only-key', kind: 'api' }], rateLimit: { limit: 1, ttl: 60_000 } }";
    const boot = `NestFactory.createApplicationContext({ module: class {}, imports: [EventLogModule.forRoot(${options})] }`;
    const script = `${load.join(';\n')};\n${boot}, { logger: false, abortOnError: false }).catch(({ message }) => console.log(message))`;
    const { stdout } = await run(process.execPath, [`--input-type=${type}`, '-e', script], { cwd });
    assert.match(stdout, /`rateLimit`.*install @nestjs\/throttler/);
  });
}

/** Without scripts: the native part of better-sqlite3 is that of the checkout, which took a minute to build. */
async function install(cwd, packages) {
  const sqlite = join('node_modules', 'better-sqlite3');
  const { version } = JSON.parse(await readFile(join(root, sqlite, 'package.json'), 'utf8'));
  const others = ['reflect-metadata', 'rxjs', 'class-validator', 'class-transformer', '@types/node@20', '@types/express@5'];
  const all = [...packages, ...others, `better-sqlite3@${version}`];
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...all], { cwd });
  const native = join(sqlite, 'build', 'Release', 'better_sqlite3.node');
  await cp(join(root, native), join(cwd, native));
}

async function compile(cwd) {
  const compilerOptions = {
    target: 'es2023',
    module: 'nodenext',
    types: ['node'],
    strict: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    skipLibCheck: false,
  };
  await writeJson(join(cwd, 'tsconfig.json'), { compilerOptions, files: ['host.ts'] });
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc')], { cwd });
}

function assertProblem({ status, type, body }, expectedStatus, code) {
  assert.deepEqual([status, type.split(';')[0]], [expectedStatus, 'application/problem+json']);
  assert.deepEqual([body.status, body.code, body.error.code, body.instance], [expectedStatus, code, code, '/events']);
}

/** As users call it; npm tells the exit code of the command as its own. */
function commandLine(cwd, call) {
  return run('npm', ['exec', '--offline', '--', 'nestjs-event-log', ...call.split(' ')], { cwd });
}

function imported(cwd, entry) {
  return namesOf(cwd, 'module', `import * as m from '${entry}'`);
}

function required(cwd, entry) {
  return namesOf(cwd, 'commonjs', `const m = require('${entry}')`);
}

async function namesOf(cwd, type, load) {
  const script = `${load}; console.log(JSON.stringify(Object.keys(m).sort()))`;
  const { stdout } = await run(process.execPath, [`--input-type=${type}`, '-e', script], { cwd });
  return JSON.parse(stdout);
}

async function writeJson(path, value) {
  await writeFile(path, JSON.stringify(value));
}
