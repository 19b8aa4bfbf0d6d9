/** Ids that a database with a collation takes for the same, and the longest there are. */
export const ALIKE: readonly string[] = [
  'id',
  'ID',
  'Id',
  'id ',
  ' id',
  'id  ',
  'e',
  'é',
  'e\u0301',
  'è',
  'E',
  'ss',
  'ß',
  'ｉｄ',
  '1',
  '01',
  '①',
  'i\u200Dd',
  '😀',
  '😁',
  '😀'.repeat(255),
  '😀'.repeat(254) + '😁',
  'x'.repeat(255),
  'x'.repeat(254),
  'x'.repeat(254) + 'X',
];

/** Texts that are easily taken for syntax, or lost on the way. */
export const TEXTS: readonly string[] = [
  `'; DROP TABLE events; --`,
  `"double", \`back\`, 'single', \\ and \\' and \\u0041`,
  '? ?? :id @id $1 %s %% {0} ${id}',
  'null',
  '{"json":[1]}',
  'العربية 中文 😀 e\u0301 \u2028 \uFFFD \u{10FFFF}',
  '  spaces around  ',
];

/** Ends of the calendar, leap days, and hours that some time zone leaves out or has twice. */
export const TIMES: readonly string[] = [
  '0001-01-01T00:00:00.000Z',
  '0099-12-31T23:59:59.999Z',
  '1582-10-10T12:00:00.001Z',
  '1969-12-31T23:59:59.999Z',
  '1970-01-01T00:00:00.000Z',
  '2024-02-29T12:34:56.789Z',
  '2026-03-29T01:30:00.010Z',
  '2026-03-08T02:30:00.100Z',
  '2038-01-19T03:14:08.007Z',
  '9999-12-31T23:59:59.999Z',
];
