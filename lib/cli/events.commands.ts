import type { EventQueryService } from '../query/event-query.service.js';
import type { Command } from './command.interface.js';
import { exportEvents } from './events-export.js';
import { exportOf, filterOf, limitOf, queryOf } from './events-input.js';
import { eventsTable, rowsTable } from './events-table.js';
import { ofOptions } from './option-faults.js';
import type { Option } from './options.js';

const FILTERS: readonly Option[] = ['entity-type', 'type', 'from', 'to', 'project', 'integration', 'user'];
const FILTER_DETAILS = `  --entity-type <name>  only events of this entity type
  --type <type>         only events of this type
  --from <time>         not before: 2026-01-31, or with a time of day and an offset, 2026-01-31T12:00:00Z
  --to <time>           before this time
  --project <id>        only events of this project
  --integration <id>    only events of this integration
  --user <id>           only what this person did
`;

const list: Command<EventQueryService> = {
  summary: 'list events, the newest first',
  usage: '[options]',
  details: `${FILTER_DETAILS}  --limit <n>           how many, 1 to 1000; default: 50
  --cursor <cursor>     goes on after a page: what stands below it after "More:", with --json its nextCursor
`,
  required: [],
  optional: [...FILTERS, 'limit', 'cursor'],
  prepare(values) {
    const filter = filterOf(values);
    const page = { limit: limitOf(values), cursor: values.cursor };
    return async (events) => {
      const { data, nextCursor } = await ofOptions(events.list(filter, page));
      const more = nextCursor === null ? '' : `\nMore: --cursor ${nextCursor}\n`;
      const text = data.length === 0 ? 'There are no such events.\n' : eventsTable(data) + more;
      return { result: { data, nextCursor }, text };
    };
  },
};

const query: Command<EventQueryService> = {
  summary: 'answer a query, as POST query/events does',
  usage: "'<query>'",
  argument: 'one query, such as \'{"select":[{"type":"aggregation","aggregation":"count"}]}\',',
  details: '',
  required: [],
  optional: [],
  prepare(_values, text) {
    const request = queryOf(text);
    return async (events) => {
      const result = await events.query(request);
      const more = result.nextCursor === null ? '' : `\nMore: "cursor":"${result.nextCursor}" in the query\n`;
      return { result, text: result.result.length === 0 ? 'There are no rows.\n' : rowsTable(result.result) + more };
    };
  },
};

const exporting: Command<EventQueryService> = {
  summary: 'write all events to a file or a program, the newest first',
  usage: '[options]',
  details: `${FILTER_DETAILS}  --format ndjson|csv   a JSON object a line, or CSV as the HTTP export has it, which needs the package
                        csv-stringify; default: csv where the name of the file ends in .csv, else ndjson
  --output <file>       a file that is not there yet; default: stdout
`,
  required: [],
  optional: [...FILTERS, 'format', 'output'],
  prepare(values) {
    const wanted = exportOf(values);
    return (events, terminal) => ofOptions(exportEvents(events, wanted, terminal));
  },
};

export const EVENTS_COMMANDS: Record<string, Command<EventQueryService>> = { list, query, export: exporting };
