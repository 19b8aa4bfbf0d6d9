import { request, type IncomingMessage } from 'node:http';
import { until } from '../utils/until.js';

export interface LiveEvent {
  event?: string;
  id?: string;
  data?: string;
}

/** A reader of Server-Sent Events that keeps all that it is sent. */
export class LiveClient {
  readonly received: LiveEvent[] = [];
  readonly comments: string[] = [];
  lastId?: string;
  isClosed = false;
  /** What has come of the body and is no whole event. */
  rest = '';

  private constructor(
    readonly response: IncomingMessage,
    private readonly abort: () => void,
  ) {
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.take(text));
    response.on('close', () => (this.isClosed = true));
    response.on('error', () => (this.isClosed = true));
  }

  static open(url: string, key: string, headers: Record<string, string> = {}): Promise<LiveClient> {
    return new Promise((resolve, reject) => {
      const sent = request(url, { headers: { Authorization: `Bearer ${key}`, ...headers } }, (response) =>
        resolve(new LiveClient(response, () => sent.destroy())),
      );
      sent.on('error', reject).end();
    });
  }

  /** The ids of the events. */
  get ids(): string[] {
    return this.received.filter(({ event }) => event === 'stored').map(({ data }) => JSON.parse(data!).id);
  }

  async untilReceived(count: number): Promise<string[]> {
    await until(`${count} events have come, not ${this.ids.length}`, () => this.ids.length >= count);
    return this.ids;
  }

  close(): void {
    this.abort();
  }

  private take(text: string): void {
    const frames = (this.rest + text).split('\n\n');
    this.rest = frames.pop()!;
    for (const frame of frames) {
      const fields = frame.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]);
      const { '': comment, ...event } = Object.fromEntries(fields) as LiveEvent & { ''?: string };
      if (event.id !== undefined) this.lastId = event.id;
      if (comment !== undefined) this.comments.push(comment);
      if (event.event !== undefined) this.received.push(event);
    }
  }
}
