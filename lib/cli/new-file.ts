import { type FileHandle, open, rm } from 'node:fs/promises';
import { EXIT, Failure } from './failure.js';

/** Writes a new file. What fails half-way leaves none, as a short one could be taken for a whole one. */
export async function writeNewFile(path: string, chunks: AsyncIterable<string>): Promise<void> {
  const file = await newFile(path);
  try {
    for await (const text of chunks) await file.appendFile(text).catch(unwritten);
    await file.close();
  } catch (error) {
    await file.close();
    await rm(path);
    throw error;
  }
}

// Never an old file: what is in it could be the only copy.
function newFile(path: string): Promise<FileHandle> {
  return open(path, 'wx').catch(({ code }: NodeJS.ErrnoException) => {
    throw new Failure(EXIT.failed, `The file of --output can't be made (${code}): give the path of one that is not there.`);
  });
}

function unwritten({ code }: NodeJS.ErrnoException): never {
  throw new Failure(EXIT.unexpected, `The file of --output could not be written (${code}), and is removed.`);
}
