import { Turns } from '../../timing/turns.js';
import { BodyChunks } from './body-chunks.js';
import type { BodyReading } from './body-reading.js';
import { decodeUtf8, withoutByteOrderMark } from './decode-utf8.js';
import { LineSplitter } from './line-splitter.js';

/** The lines of a body while it arrives; what is blank is none. It is read on only where another line is asked for. */
export async function* readLines(reading: BodyReading, maxLineBytes: number): AsyncGenerator<string, void> {
  const chunks = new BodyChunks(reading);
  const splitter = new LineSplitter(maxLineBytes, (bytes) => reading.reserve(bytes));
  const turns = new Turns();
  let isFirst = true;
  try {
    reading.start(chunks);
    for (let chunk = await chunks.next(); ; chunk = await chunks.next()) {
      for (const bytes of splitter.split(chunk)) {
        const line = isFirst ? withoutByteOrderMark(decodeUtf8(bytes)) : decodeUtf8(bytes);
        isFirst = false;
        if (turns.isLong) await turns.next();
        if (line.trim() !== '') yield line;
      }
      if (chunk === undefined) return;
      if (turns.isLong) await turns.next();
    }
  } finally {
    reading.close();
  }
}
