import type { DataSource } from 'typeorm';
import { FeedHints } from '../../../storage/feed-hints.js';
import { feedHintsOf } from '../../events/feed-hints-of.js';

const CHANNEL = 'event_log_stored';
/** In the transaction that stores, or for each of them, NOTIFY would have commits queue for one lock of the server. */
const NOTIFY_MS = 50;
const RECONNECT_MS = 1_000;

/** What is used of a client of pg that is none of the pool's. */
interface Listener {
  connect(): Promise<unknown>;
  query(sql: string): Promise<unknown>;
  end(): Promise<unknown>;
  on(event: 'notification' | 'error' | 'end', listener: () => void): void;
}

interface PgPool {
  readonly Client: new (options: object) => Listener;
  readonly options: object;
}

/**
 * Tells other processes, and is told by them, that something was stored: over a connection of its own, and only while somebody
 * watches. Behind a pooler that shares connections it hears nothing, which polling makes good.
 */
export class FeedChannel {
  private readonly heard = new FeedHints();
  private watchers = 0;
  private listener?: Listener;
  private ending?: () => void;

  constructor(private readonly dataSource: DataSource) {}

  /** Returns what ends it. */
  watch(wake: () => void): () => void {
    const unwatch = this.heard.watch(wake);
    if (this.watchers++ === 0) this.open();
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      unwatch();
      if (--this.watchers === 0) this.close();
    };
  }

  private open(): void {
    let notifying: NodeJS.Timeout | undefined;
    const notify = () => {
      notifying = undefined;
      this.listener?.query(`NOTIFY ${CHANNEL}`).catch(() => undefined);
    };
    const unwatch = feedHintsOf(this.dataSource).watch(() => (notifying ??= setTimeout(notify, NOTIFY_MS).unref()));
    const reconnecting = setInterval(() => void this.connect(), RECONNECT_MS).unref();
    this.ending = () => {
      unwatch();
      clearTimeout(notifying);
      clearInterval(reconnecting);
    };
    void this.connect();
  }

  private close(): void {
    this.ending?.();
    this.forget(this.listener);
  }

  private async connect(): Promise<void> {
    const { master: pool } = this.dataSource.driver as unknown as { master?: PgPool };
    if (this.listener !== undefined || pool === undefined) return;
    const listener = new pool.Client(pool.options);
    this.listener = listener;
    listener.on('error', () => this.forget(listener));
    listener.on('end', () => this.forget(listener));
    listener.on('notification', () => this.heard.give());
    try {
      await listener.connect();
      await listener.query(`LISTEN ${CHANNEL}`);
    } catch {
      this.forget(listener);
    }
  }

  private forget(listener: Listener | undefined): void {
    if (listener === undefined || this.listener !== listener) return;
    this.listener = undefined;
    void listener.end().catch(() => undefined);
  }
}
