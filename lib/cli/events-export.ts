import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { serializeEvent } from '../events/serialize-event.js';
import type { EventFilter } from '../query/event-filter.interface.js';
import type { EventQueryService } from '../query/event-query.service.js';
import type { Report } from './command.interface.js';
import { countOf } from './events-count.js';
import { EXIT, Failure } from './failure.js';
import { progressOf } from './progress.js';
import type { Terminal } from './terminal.js';

/** Writes events, an event a line, to a new file or to the standard output; memory holds one page of them. */
export async function exportEvents(
  events: EventQueryService,
  filter: EventFilter,
  terminal: Terminal,
  output?: string,
): Promise<Report> {
  const file = output === undefined ? undefined : await newFile(output);
  const write = file === undefined ? terminal.write : (text: string) => writeTo(file, text);
  const progress = await progressOf(terminal.isShown && file !== undefined, () => countOf(events, filter));
  let count = 0;
  try {
    for await (const event of events.iterate(filter)) {
      await write(`${serializeEvent(event)}\n`);
      progress.update(++count);
    }
  } finally {
    progress.stop();
    file?.end();
  }
  return { result: { count }, text: output === undefined ? '' : `${count} events are in ${output}\n` };
}

// Never an old file: what is in it could be the only copy.
async function newFile(path: string): Promise<WriteStream> {
  const file = createWriteStream(path, { flags: 'wx' });
  await once(file, 'open').catch(({ code }: NodeJS.ErrnoException) => {
    throw new Failure(EXIT.failed, `The file of --output can't be made (${code}): give the path of one that is not there.`);
  });
  return file;
}

async function writeTo(file: WriteStream, text: string): Promise<void> {
  if (!file.write(text)) await once(file, 'drain');
}
