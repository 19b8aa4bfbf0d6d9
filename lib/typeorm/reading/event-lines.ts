import { SUBJECT_FIELDS } from '../../events/entity-types/subject.js';
import type { StoredEvent } from '../../events/event.interface.js';
import type { EventListing, EventPage, JsonField } from '../../storage/reading/event-query.interface.js';
import type { ReadRow } from '../../sql/read-statement.interface.js';
import { keysetOf } from './event-rows.js';
import type { EventSource } from '../../sql/event-source.js';
import { listSql } from './list-sql.js';
import { CREATED_AT, documentSql, textSql } from '../../sql/operand-sql.js';
import type { ReadDialect, Stringify } from '../../sql/read-dialect.interface.js';
import { bind, joined, sql, type Sql } from '../../sql/sql.js';

/** The same page as `listSql()`, each event as the text that `serializeEvent()` makes of it. */
export function linesSql(listing: EventListing, source: EventSource, stringify: Stringify): Sql {
  return listSql(listing, source, sql`${lineSql(source.dialect, stringify)} AS line`);
}

export function toLines(rows: readonly ReadRow[], { scope, limit }: EventListing): EventPage<string> {
  const events = rows.slice(0, limit).map(({ line }) => String(line));
  return { events, next: rows.length > limit ? keysetOf(JSON.parse(events[limit - 1]) as StoredEvent, scope) : null };
}

// JSON is stored as its text, which goes into the line as it is.
function lineSql(dialect: ReadDialect, { text, time }: Stringify): Sql {
  const required = (field: 'id' | 'type') => text(textSql(field, dialect));
  const nullable = (field: 'projectId' | 'integrationId') =>
    sql`CASE WHEN ${textSql(field, dialect)} IS NULL THEN 'null' ELSE ${text(textSql(field, dialect))} END`;
  const parts = [
    sql`'{"id":' || ${required('id')} || ',"type":' || ${required('type')}`,
    subjectSql(dialect, text),
    ownFieldsSql(),
    sql`',"createdAt":"' || ${time(CREATED_AT)} || '","projectId":' || ${nullable('projectId')}`,
    sql`',"integrationId":' || ${nullable('integrationId')}`,
    sql`',"properties":' || coalesce(${jsonText('properties')}, 'null')`,
    sql`',"userProperties":' || coalesce(${jsonText('userProperties')}, 'null')`,
    sql`',"entityType":"' || ${textSql('entityType', dialect)} || '"}'`,
  ];
  return joined(parts, ' || ');
}

function subjectSql(dialect: ReadDialect, text: Stringify['text']): Sql {
  const cases = [...SUBJECT_FIELDS].map(([entityType, field]) => {
    const subject = textSql(field, dialect);
    return sql`WHEN ${textSql('entityType', dialect)} = ${bind(entityType)} AND ${subject} IS NOT NULL THEN ${bind(`,"${field}":`)} || ${text(subject)}`;
  });
  return sql`CASE ${cases.reduce((before, one) => sql`${before} ${one}`)} ELSE '' END`;
}

/** What stands between the braces. */
function ownFieldsSql(): Sql {
  const fields = jsonText('fields');
  return sql`CASE WHEN ${fields} <> '{}' THEN ',' || substr(${fields}, 2, length(${fields}) - 2) ELSE '' END`;
}

function jsonText(field: JsonField): Sql {
  return sql`CAST(${documentSql(field)} AS text)`;
}
