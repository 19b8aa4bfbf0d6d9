import { Logger } from '@nestjs/common';
import { type ConsumerContext, EventConsumer, type EventConsumerHandler } from 'nestjs-event-log/consumers';
import type { StoredEvent } from 'nestjs-event-log';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { Report } from './report.js';

const FILE = 'data/report.txt';
const BATCH_SIZE = 100;

/**
 * Counts events in a file. After a crash a batch may come again that is in it already, and no more than one: so the file remembers
 * as many events as a batch can have, in the same write as the counts.
 */
@EventConsumer({ name: 'report', from: 'beginning', batchSize: BATCH_SIZE })
export class ReportConsumer implements EventConsumerHandler {
  private readonly logger = new Logger(ReportConsumer.name);

  async handle(events: readonly StoredEvent[], { signal }: ConsumerContext): Promise<void> {
    const before = await readReport();
    const after = before.with(events, BATCH_SIZE);
    await writeFile(`${FILE}.${process.pid}`, after.toString());
    signal.throwIfAborted(); // another instance may be at work by now
    await rename(`${FILE}.${process.pid}`, FILE);
    this.logger.log(`Process ${process.pid} was given ${events.length}, of which ${after.total - before.total} are new.`);
  }
}

async function readReport(): Promise<Report> {
  try {
    return Report.parse(await readFile(FILE, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return Report.EMPTY;
  }
}
