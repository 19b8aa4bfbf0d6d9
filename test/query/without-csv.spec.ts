import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** To Node, the package is not installed. */
const HOOK = `export const resolve = (specifier, context, next) => {
  if (specifier.startsWith('csv-stringify')) throw new Error('Cannot find package');
  return next(specifier, context);
}`;
const urlOf = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;
const WITHOUT_CSV = urlOf(`import { register } from 'node:module'; register(${JSON.stringify(urlOf(HOOK))})`);

/** A host of the built package, which prints the answer to an export. */
const HOST = `
  import 'reflect-metadata';
  import { NestFactory } from '@nestjs/core';
  import { EventLogModule } from 'nestjs-event-log';
  import { EventLogQueryModule } from 'nestjs-event-log/query';

  const log = EventLogModule.forRoot({ apiKeys: [{ id: 'a', key: 'the-only-key', kind: 'api' }] });
  const host = { module: class {}, imports: [log, EventLogQueryModule.forRoot()] };
  const app = await NestFactory.create(host, { logger: ['warn', 'error'] });
  await app.listen(0, '127.0.0.1');
  const headers = { Authorization: 'Bearer the-only-key', 'Content-Type': 'application/json' };
  const answer = await fetch(await app.getUrl() + '/query/events/export', { method: 'POST', headers, body: '{}' });
  console.log(answer.status, await answer.text());
  await app.close();`;

const run = (...flags: string[]) => promisify(execFile)(process.execPath, [...flags, '--input-type=module', '-e', HOST]);

it('where csv-stringify is not installed, boot says so once, and an export to CSV is answered with what to do', async () => {
  const { stdout, stderr } = await run('--import', WITHOUT_CSV);
  expect(stdout).toMatch(/^406 \{"title":"Not Acceptable","status":406,"detail":"[^"]*NDJSON[^"]*application\/x-ndjson/m);
  expect(stdout).toMatch(/"code":"not_acceptable"/);
  expect((stdout + stderr).match(/npm install csv-stringify/g)).toHaveLength(1);
});

it('where csv-stringify is installed, boot says nothing of it', async () => {
  const { stdout, stderr } = await run();
  expect(stdout).toMatch(/^200 id,/m);
  expect(stdout + stderr).not.toMatch(/csv-stringify/);
});
