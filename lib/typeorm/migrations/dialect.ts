import type { QueryRunner } from 'typeorm';

/** `zonedTime` is of a time in the other tables than that of events: a DATETIME of MySQL is read in the zone of each connection. */
type Columns = Record<'key' | 'name' | 'longText' | 'json' | 'time' | 'zonedTime', string>;

/** What the columns of a table are on the engine of a migration, and what follows the table. */
export async function dialectOf(runner: QueryRunner): Promise<Columns & { options: string }> {
  switch (runner.connection.options.type) {
    case 'postgres': {
      const text = 'text COLLATE "C"';
      // json keeps the text as it was sent; jsonb would sort keys and write 1e300 with 300 digits.
      return {
        key: text,
        name: text,
        longText: 'text',
        json: 'json',
        time: 'timestamptz(3)',
        zonedTime: 'timestamptz(3)',
        options: '',
      };
    }
    case 'mysql':
    case 'mariadb': {
      const [{ version }] = await runner.query('SELECT VERSION() AS version');
      // Both are binary and, unlike utf8mb4_bin, count trailing spaces; each server knows only its own.
      const collation = /mariadb/i.test(version) ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin';
      return {
        key: 'varchar(256)',
        name: 'varchar(255)',
        longText: 'longtext',
        json: 'longtext', // a JSON column of MariaDB refuses more than 31 levels
        time: 'datetime(3)',
        zonedTime: 'varchar(255)',
        options: `ENGINE=InnoDB ROW_FORMAT=DYNAMIC CHARACTER SET utf8mb4 COLLATE ${collation}`,
      };
    }
    default:
      return { key: 'text', name: 'text', longText: 'text', json: 'text', time: 'text', zonedTime: 'text', options: '' };
  }
}
