import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { databaseOption, locationOf } from '../sample/01-basic/database.js';
import { ADAPTERS } from './utils/create-app.js';

// Built by `npm run build:sample`, which `npm test` does first.
const SAMPLE = resolve('dist/sample/01-basic/main.js');

describe.each(ADAPTERS)('The page of the sample on %s', (adapter) => {
  let folder: string;
  let sample: ChildProcess;
  let url: string;
  let output = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'event-log-sample-'));
    const env = { ...process.env, ADAPTER: adapter, PORT: '0', DATABASE_URL: `sqlite:${join(folder, 'events.sqlite')}` };
    sample = spawn(process.execPath, [SAMPLE], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const chunk of sample.stdout!.iterator({ destroyOnReturn: false })) {
      output += chunk;
      url = /http:\/\/localhost:\d+\/$/m.exec(output)?.[0] ?? '';
      if (url) break;
    }
    sample.stdout!.resume();
  });
  afterAll(async () => {
    sample.kill();
    await once(sample, 'exit');
    await rm(folder, { recursive: true });
  });

  it('comes after the line that says what a 200 survives', () => {
    expect(output).toMatch(/A 200 survives a power cut: SQLite /);
  });

  it.each([
    ['', 'text/html'],
    ['page.css', 'text/css'],
    ['page.js', 'text/javascript'],
    ['page/events', 'application/json'],
  ])('is sent with a policy that runs nothing inline, /%s as %s and nothing else', async (path, type) => {
    const { status, headers } = await fetch(url + path);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe(`${type}; charset=utf-8`);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    const policy = headers.get('content-security-policy');
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';.*frame-ancestors 'none'$/);
    expect(policy).not.toMatch(/unsafe|\*|http/);
  });

  it('has nothing inline that the policy would stop', async () => {
    const html = await (await fetch(url)).text();
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=|\sstyle=/i);
  });
});

/** The sample with these variables, to its end. */
async function endOf(env: Record<string, string>) {
  const sample = spawn(process.execPath, [SAMPLE], {
    env: { ...process.env, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  sample.stderr.on('data', (chunk) => (stderr += chunk));
  sample.stdout.resume();
  const [exitCode] = (await once(sample, 'close')) as [number];
  return { exitCode, stderr };
}

describe('The sample that cannot start', () => {
  it.each([
    [{ PORT: 'abc' }, "Expected PORT to be 0 to 65535, got 'abc'."],
    [{ ADAPTER: 'koa' }, "Expected ADAPTER to be express or fastify, got 'koa'."],
    [{ DATABASE_URL: 'secret' }, 'Expected DATABASE_URL to be sqlite:<file>, postgres://… or mysql://…'],
    [{ DATABASE_URL: 'sqlite:' }, 'Expected DATABASE_URL to be sqlite:<file>, postgres://… or mysql://…'],
    [{ DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/d' }, "The database of DATABASE_URL can't be used (ECONNREFUSED)."],
    [{ DATABASE_URL: 'postgres://u:sec#ret@h/d' }, "The database of DATABASE_URL can't be used (ERR_INVALID_URL)."],
  ])('with %j, ends with 1 and one sentence', async (env, sentence) => {
    expect(await endOf(env)).toEqual({ exitCode: 1, stderr: `${sentence}\n` });
  });

  it('with a port that is in use, ends with 1 and a sentence, without a stack', async () => {
    const server = createServer().listen(0);
    const { port } = server.address() as AddressInfo;
    const { exitCode, stderr } = await endOf({ PORT: String(port), DATABASE_URL: 'memory:' });
    server.close();
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Can't listen on this PORT (EADDRINUSE): set it to another one, or to 0 for any that is free.\n");
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

describe('What the sample says of its database', () => {
  it.each([
    ['postgres://user:pass@word@localhost/app', 'postgres://localhost/app'],
    ['postgres://user:pass/word@localhost/app', 'postgres://localhost/app'],
    ['postgres://localhost/app?user=u&password=word', 'postgres://localhost/app'],
    ['mysql://root@localhost/app', 'mysql://localhost/app'],
    [`sqlite:${resolve('events.sqlite')}`, resolve('events.sqlite')],
    ['sqlite:/data/\u001b[2J\n\u009b\u202eevents.sqlite', '/data/?[2J???events.sqlite'],
  ])('of %j is %s, without a password or what a terminal would obey', (url, location) => {
    expect(locationOf(url)).toBe(location);
  });

  it.each([
    ['sqlite:./data/events.sqlite', ' --database sqlite:./data/events.sqlite'],
    ['sqlite:a file; rm -rf x', ' --database env:DATABASE_URL'],
    ['postgres://user:password@localhost/app', ' --database env:DATABASE_URL'],
  ])('for the command line of %s is%s', (url, option) => expect(databaseOption(url)).toBe(option));
});
