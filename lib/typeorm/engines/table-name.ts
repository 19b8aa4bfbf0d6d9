import type { DataSource } from 'typeorm';
import { EVENT_TABLE } from '../events/event.entity.js';

/** Name of a table as SQL, with the data source's `entityPrefix` and `schema`. */
export function qualifiedName(dataSource: DataSource, table = EVENT_TABLE): string {
  const name = unqualifiedName(dataSource, table);
  const { schema } = dataSource.options as { schema?: string };
  return schema ? `${dataSource.driver.escape(schema)}.${name}` : name;
}

/** Name of a table or an index as SQL, with the data source's `entityPrefix`. */
export function unqualifiedName(dataSource: DataSource, name: string): string {
  return dataSource.driver.escape(`${dataSource.options.entityPrefix ?? ''}${name}`);
}
