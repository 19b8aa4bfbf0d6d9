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
  };
}

describeEventRepository('JSON-lines file', () => new JsonLinesEventRepository(newFile()));

describe('JsonLinesEventRepository', () => {
  it('replays from a reopened file what it stored before', async () => {
    const path = newFile();
    const before = new JsonLinesEventRepository(path);
    await before.insert([event('a'), event('b')]);
    before.onApplicationShutdown();

    const outcomes = await new JsonLinesEventRepository(path).insert([{ ...event('b'), type: 'other' }, event('c')]);

    expect(outcomes).toEqual([
      { event: event('b'), replayed: true },
      { event: event('c'), replayed: false },
    ]);
  });

  it('drops a torn last line, all of it, and appends after the whole ones', async () => {
    const path = newFile();
    await new JsonLinesEventRepository(path).insert([event('whole')]);
    const torn = JSON.stringify([event('first of torn'), event('second of torn')]);
    appendFileSync(path, torn.slice(0, -3));

    const reopened = new JsonLinesEventRepository(path);
    const outcomes = await reopened.insert([event('whole'), event('first of torn')]);

    expect(outcomes.map(({ replayed }) => replayed)).toEqual([true, false]);
    expect(readFileSync(path, 'utf8')).toBe(`${JSON.stringify([event('whole')])}\n${JSON.stringify([event('first of torn')])}\n`);
  });
});
