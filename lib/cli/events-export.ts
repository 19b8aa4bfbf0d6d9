import type { EventFilter } from '../query/event-filter.interface.js';
import type { EventQueryService } from '../query/event-query.service.js';
import type { Report } from './command.interface.js';
import { countOf } from './events-count.js';
import { CHUNKS, type Format } from './export-chunks.js';
import { writeNewFile } from './new-file.js';
import { progressOf } from './progress.js';
import type { Terminal } from './terminal.js';

/** What is exported, and where to. */
export interface Export {
  filter: EventFilter;
  format: Format;
  /** The path of a new file; absent: the standard output. */
  output?: string;
}

/** Writes events to a new file or to the standard output; memory holds one page of them. */
export async function exportEvents(
  events: EventQueryService,
  { filter, format, output }: Export,
  terminal: Terminal,
): Promise<Report> {
  await events.list(filter, { limit: 1 }); // refuses a filter that is none before there is a file
  let count = 0;
  const progress = await progressOf(terminal.isShown && output !== undefined, () => countOf(events, filter));
  try {
    const chunks = await CHUNKS[format](events, filter, () => progress.update(++count));
    if (output !== undefined) await writeNewFile(output, chunks);
    else for await (const text of chunks) await terminal.write(text);
  } finally {
    progress.stop();
  }
  return { result: { count }, text: output === undefined ? '' : `${count} events are in ${output}\n` };
}
