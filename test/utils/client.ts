import { newEvent } from './events.js';
import { ownTime } from './own-time.js';

/** An answer of a host, whole. */
export class Answer {
  constructor(
    readonly status: number,
    readonly headers: Headers,
    readonly text: string,
    /** From the sending of the request to the end of the answer, by `ownTime()`. */
    readonly ms: number,
  ) {}

  header(name: string): string | null {
    return this.headers.get(name);
  }

  json<T = Record<string, unknown>>(): T {
    return JSON.parse(this.text) as T;
  }
}

export interface SendOptions {
  /** Instead of the key of the client; an empty one is not sent. */
  key?: string;
  path?: string;
  /** Added to those that the call sends by itself, or in their place. */
  headers?: Record<string, string>;
}

export type Client = ReturnType<typeof clientOf>;

/** A caller of the host at `url`, with one key. Events are sent as JSON; texts and bytes as they are. */
export function clientOf(url: string, key = '') {
  const raw = async (path: string, { method = 'POST', ...init }: RequestInit = {}) => {
    const startedAt = ownTime();
    const response = await fetch(url + path, { method, ...init });
    const text = await response.text();
    return new Answer(response.status, response.headers, text, ownTime() - startedAt);
  };

  const log = (event: unknown = newEvent(), { key: ownKey = key, path = '/events', headers }: SendOptions = {}) =>
    raw(path, { headers: headersOf('application/json', ownKey, headers), body: bodyOf(event) });

  const beacon = (event: unknown = newEvent(), { key: ownKey = key, path = '/events/beacon', headers }: SendOptions = {}) =>
    raw(`${path}?key=${encodeURIComponent(ownKey)}`, {
      headers: headersOf('text/plain;charset=UTF-8', '', headers),
      body: bodyOf(event),
    });

  const batch = (body: unknown, { key: ownKey = key, path = '/events/batch', headers }: SendOptions = {}) =>
    raw(path, { headers: headersOf('application/json', ownKey, headers), body: bodyOf(body) });

  const get = (path: string, { key: ownKey = key, headers }: SendOptions = {}) =>
    raw(path, { method: 'GET', headers: headersOf('', ownKey, headers) });

  return {
    /** POST /events, by default with an event that anybody may log. */
    log,
    /** POST /events/beacon, with the key in the URL, as `navigator.sendBeacon()` does. */
    beacon,
    /** POST /events/batch, as JSON unless `headers` say otherwise. */
    batch,
    /** GET, with the key. */
    get,
    /** A request that holds nothing but what is given; POST, unless `init` says otherwise. */
    raw,
  };
}

function headersOf(contentType: string, key: string, others: Record<string, string> = {}): Headers {
  const headers = new Headers();
  if (contentType) headers.set('Content-Type', contentType);
  if (key) headers.set('Authorization', `Bearer ${key}`);
  for (const [name, value] of Object.entries(others)) headers.set(name, value);
  return headers;
}

function bodyOf(event: unknown): string | Uint8Array<ArrayBuffer> {
  return typeof event === 'string' || event instanceof Uint8Array ? (event as string) : JSON.stringify(event);
}
