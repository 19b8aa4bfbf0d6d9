import type { EventRecord } from 'nestjs-event-log';
import { describeEventRepository } from 'nestjs-event-log/testing';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonLinesEventRepository } from './json-lines-event.repository.js';

const directory = mkdtempSync(join(tmpdir(), 'json-lines-'));
afterAll(() => rmSync(directory, { recursive: true }));

let files = 0;
const newFile = () => join(directory, `${++files}.jsonl`);

function event(id: string): EventRecord {
  return {
    id,
    type: 'message:copied',
    messageId: 'msg_1',
    createdAt: '2026-01-02T03:04:05.678Z',
    projectId: 'p1',
    integrationId: null,
    properties: { line: 'one\ntwo', letter: 'é' },
    userProperties: null,
    entityType: 'message',
    receivedAt: '2026-01-02T03:04:06.000Z',
    contentDigest: 'digest-of-the-content',
  };
}

describeEventRepository('JSON-lines file', () => new JsonLinesEventRepository(newFile()));

describe('JsonLinesEventRepository', () => {
  it('replays from a reopened file what it stored before', async () => {
    const path = newFile();
    const before = new JsonLinesEventRepository(path);
    await before.insert([event('a'), event('b')]);
    before.onApplicationShutdown();

    const outcomes = await new JsonLinesEventRepository(path).insert([
      { ...event('a'), contentDigest: 'digest-of-another' },
      { ...event('b'), createdAt: '2026-02-03T04:05:06.789Z' },
      event('c'),
    ]);

    expect(outcomes).toEqual([{ conflict: true }, { replayed: true, createdAt: event('b').createdAt }, { replayed: false }]);
  });

  it('drops a torn last line, all of it, and appends after the whole ones', async () => {
    const path = newFile();
    await new JsonLinesEventRepository(path).insert([event('whole')]);
    const torn = JSON.stringify([event('first of torn'), event('second of torn')]);
    appendFileSync(path, torn.slice(0, -3));

    const reopened = new JsonLinesEventRepository(path);
    const outcomes = await reopened.insert([event('whole'), event('first of torn')]);

    expect(outcomes).toMatchObject([{ replayed: true }, { replayed: false }]);
    expect(readFileSync(path, 'utf8')).toBe(`${JSON.stringify([event('whole')])}\n${JSON.stringify([event('first of torn')])}\n`);
  });
});
