import { getMetadataArgsStorage } from 'typeorm';
import type { EventRecord } from 'nestjs-event-log';
import { EventEntity } from 'nestjs-event-log/typeorm';
import { EVENT_COLUMNS, toRecord, toRow } from '../lib/typeorm/events/event-columns.js';

const shared = {
  id: 'i',
  type: 't',
  createdAt: '2026-01-02T03:04:05.678Z',
  projectId: null,
  integrationId: '',
  properties: null,
  userProperties: { b: 1, a: [null] },
  receivedAt: '2026-01-02T03:04:06.789Z',
  contentDigest: 'digest',
};
const RECORDS: EventRecord[] = [
  { ...shared, entityType: 'message', messageId: 'm' },
  { ...shared, entityType: 'conversation', conversationId: '', projectId: '' },
  { ...shared, entityType: 'search', searchQuery: '', projectId: 'p', properties: {} },
  { ...shared, entityType: 'order', fields: { z: 1, a: [null] } },
];

describe('the columns of events', () => {
  it('are those of EventEntity, in the same fields', () => {
    const declared = getMetadataArgsStorage().columns.filter(({ target }) => target === EventEntity);
    const pairs = declared.map(({ options, propertyName }) => [options.name ?? propertyName, propertyName]);
    expect(EVENT_COLUMNS.map(({ column, field }) => [column, field])).toEqual(pairs);
  });

  it('have one for the subject of each entity type, and one for the fields of all others', () => {
    const optional = EVENT_COLUMNS.filter(({ kind }) => kind === 'optional').map(({ field }) => field);
    expect(optional).toEqual(['messageId', 'conversationId', 'searchQuery', 'fields']);
  });

  it.each(RECORDS)('keep a $entityType as it is, with text or null in every column', (record) => {
    const row = toRow(record);
    expect(Object.keys(row)).toEqual(EVENT_COLUMNS.map(({ column }) => column));
    expect(Object.values(row).every((value) => value === null || typeof value === 'string')).toBe(true);
    const read = toRecord(row);
    const { contentDigest, ...answered } = record;
    expect([row.content_digest, read]).toStrictEqual([contentDigest, answered]);
    expect(JSON.stringify(read.userProperties)).toBe('{"b":1,"a":[null]}');
  });

  it('tell an event of no project from one of a project without a name', () => {
    expect(RECORDS.map((record) => toRow(record).project_key)).toEqual(['', '=', '=p', '']);
  });
});
