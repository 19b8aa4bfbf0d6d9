import type { Context, Span } from '@opentelemetry/api';
import type { ServerResponse } from 'node:http';
import type { ObservedEvent, ObservedOutcome, Observer } from '../diagnostics/observer.interface.js';
import type { OpenTelemetry } from './load-open-telemetry.js';
import type { Measures } from './measures.js';
import { safely } from './safely.js';
import type { Spans } from './spans.js';

/** Tells OpenTelemetry what the module does. Whatever that throws costs neither an event nor an answer. */
export class TelemetryObserver implements Observer {
  constructor(
    private readonly api: OpenTelemetry,
    private readonly measures: Measures,
    private readonly spans: Spans,
  ) {}

  write<T>(events: readonly ObservedEvent[], take: (mark: object | undefined) => Promise<T>[]): Promise<T>[] {
    const mark = safely(() => this.spans.write(events.length));
    try {
      const outcomes = take(mark);
      if (mark !== undefined) this.endWith(mark.span, outcomes);
      return outcomes;
    } catch (error) {
      this.lost(events, error);
      this.end(mark?.span, error);
      throw error;
    }
  }

  async commit<T>(batch: readonly ObservedEvent[], store: () => Promise<T>): Promise<T> {
    const span = safely(() => this.spans.commit(batch));
    const began = performance.now();
    const measure = (error?: unknown) => this.measures.committed(batch.length, (performance.now() - began) / 1_000, error);
    return this.within(span, span && safely(() => this.spans.contextOf(span, true)), store, measure);
  }

  settled(batch: readonly ObservedEvent[], outcomes: readonly ObservedOutcome[]): void {
    safely(() => this.measures.settled(batch, outcomes));
  }

  lost(events: readonly ObservedEvent[], error: unknown): void {
    safely(() => this.measures.lost(events, error));
  }

  read<T>(operation: string, read: () => Promise<T>): Promise<T> {
    const span = safely(() => this.spans.read(operation));
    return this.within(span, span && safely(() => this.spans.contextOf(span)), read);
  }

  request(response: ServerResponse, route: string, method: string | undefined): void {
    const began = performance.now();
    response.once('close', () => {
      const status = response.headersSent ? response.statusCode : undefined;
      safely(() => this.measures.answered({ route, method, status, seconds: (performance.now() - began) / 1_000 }));
    });
  }

  refusedInBatch(status: number): void {
    safely(() => this.measures.refused(status, 'event'));
  }

  private async within<T>(
    span: Span | undefined,
    context: Context | undefined,
    work: () => Promise<T>,
    measure: (error?: unknown) => void = () => undefined,
  ): Promise<T> {
    try {
      const result = await this.run(context, work);
      safely(measure);
      this.end(span);
      return result;
    } catch (error) {
      safely(() => measure(error));
      this.end(span, error);
      throw error;
    }
  }

  // Once and at once, also where a context manager of the host's throws.
  private run<T>(context: Context | undefined, work: () => Promise<T>): Promise<T> {
    if (context === undefined) return work();
    let running: Promise<T> | undefined;
    safely(() => void this.api.context.with(context, () => (running = work())));
    return running ?? work();
  }

  private endWith(span: Span, outcomes: readonly Promise<unknown>[]): void {
    void Promise.all(outcomes).then(
      () => this.end(span),
      (error: unknown) => this.end(span, error),
    );
  }

  private end(span: Span | undefined, error?: unknown): void {
    if (span !== undefined) safely(() => this.spans.end(span, error));
  }
}
