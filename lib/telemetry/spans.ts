import type { Context, Span, Tracer } from '@opentelemetry/api';
import type { ObservedEvent } from '../diagnostics/observer.interface.js';
import type { OpenTelemetry } from './load-open-telemetry.js';
import { errorTypeOf } from './measures.js';

/** SDKs keep no more of one span. */
const MAX_LINKS = 128;

/** The span of a write, which its events bear until their commit. */
export class WriteMark {
  constructor(readonly span: Span) {}
}

/** Makes the spans of writes, commits and reads. They hold counts and names of ours alone. */
export class Spans {
  constructor(
    private readonly api: OpenTelemetry,
    private readonly tracer: Tracer,
  ) {}

  /** A child of the active span, which is that of the request; undefined where nobody records it. */
  write(events: number): WriteMark | undefined {
    const span = this.tracer.startSpan('event_log.write', { attributes: { 'event_log.events': events } });
    return span.isRecording() ? new WriteMark(span) : undefined;
  }

  /**
   * A trace of its own, as a commit is of many requests: linked with their writes both ways. Undefined where none of them is
   * recorded.
   */
  commit(batch: readonly ObservedEvent[]): Span | undefined {
    const writes = new Set(batch.flatMap(({ mark }) => (mark instanceof WriteMark ? [mark.span] : [])));
    if (writes.size === 0) return undefined;
    const links = [...writes].slice(0, MAX_LINKS).map((span) => ({ context: span.spanContext() }));
    const attributes = { 'event_log.events': batch.length };
    const commit = this.tracer.startSpan('event_log.commit', { root: true, attributes, links });
    if (commit.isRecording()) for (const write of writes) write.addLink({ context: commit.spanContext() });
    return commit;
  }

  /** A child of the active span. */
  read(operation: string): Span {
    return this.tracer.startSpan('event_log.read', { attributes: { 'event_log.operation': operation } });
  }

  /** The context for the work of a span. A commit leaves that of the request in which its batch happened to begin. */
  contextOf(span: Span, isRoot = false): Context {
    return this.api.trace.setSpan(isRoot ? this.api.ROOT_CONTEXT : this.api.context.active(), span);
  }

  /** Ends a span; without the text of an error, which may hold data. */
  end(span: Span, error?: unknown): void {
    if (error !== undefined) {
      span.setStatus({ code: this.api.SpanStatusCode.ERROR });
      span.setAttribute('error.type', errorTypeOf(error));
    }
    span.end();
  }
}
