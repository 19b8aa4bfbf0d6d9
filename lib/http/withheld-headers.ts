import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

// On the request itself: a WeakMap of all requests would make each garbage collection longer.
const WITHHELD = Symbol('EVENT_LOG:WITHHELD_HEADERS');
const RAW_HEADERS = Symbol('EVENT_LOG:RAW_HEADERS');

type Request = IncomingMessage & { [WITHHELD]?: IncomingHttpHeaders; [RAW_HEADERS]?: string[] };

const NOTHING: IncomingHttpHeaders = {};

// Node's own counts on as many raw headers as have arrived. Few look at it, so it is made when it is looked at.
const HEADERS_DISTINCT: PropertyDescriptor & ThisType<IncomingMessage> = {
  configurable: true,
  get() {
    return distinct(this.rawHeaders);
  },
  set(value: unknown) {
    Object.defineProperty(this, 'headersDistinct', { value, configurable: true, writable: true });
  },
};

/** Removes these headers until `restoreHeaders()`, so that the host's middleware and parsers do not see them. */
export function withholdHeaders(request: Request, names: readonly string[]): void {
  const { headers, rawHeaders } = request;
  const withheld: IncomingHttpHeaders = {};
  for (const name of names) withheld[name] = headers[name];
  request[WITHHELD] = withheld;
  if (!names.some((name) => headers[name] !== undefined)) return;
  request[RAW_HEADERS] = rawHeaders;
  replace(request, 'headers', without(headers, names));
  replace(request, 'rawHeaders', rawWithout(rawHeaders, names));
  if ('headersDistinct' in request) Object.defineProperty(request, 'headersDistinct', HEADERS_DISTINCT);
}

/** What was withheld, with `undefined` for what was not sent; empty where nothing is withheld. */
export function withheldHeaders(request: Request): IncomingHttpHeaders {
  return request[WITHHELD] ?? NOTHING;
}

/** Gives back what was withheld; what the host has changed meanwhile stays. */
export function restoreHeaders(request: Request): void {
  const rawHeaders = request[RAW_HEADERS];
  if (rawHeaders === undefined) return;
  const withheld = withheldHeaders(request);
  for (const name in withheld) if (withheld[name] !== undefined) request.headers[name] = withheld[name];
  replace(request, 'rawHeaders', rawHeaders);
}

// A copy, as deleting makes the original slow for all who read it, and `undefined` is no value that others expect there.
function without(headers: IncomingHttpHeaders, names: readonly string[]): IncomingHttpHeaders {
  const rest: IncomingHttpHeaders = {};
  for (const name in headers) if (!names.includes(name)) rest[name] = headers[name];
  return rest;
}

function rawWithout(rawHeaders: readonly string[], names: readonly string[]): string[] {
  const rest: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    // Lengths first, as most differ and lower case costs.
    if (names.some(({ length }) => length === name.length) && names.includes(name.toLowerCase())) continue;
    rest.push(name, rawHeaders[i + 1]);
  }
  return rest;
}

function distinct(rawHeaders: readonly string[]): NodeJS.Dict<string[]> {
  const headers = Object.create(null) as NodeJS.Dict<string[]>;
  for (let i = 0; i < rawHeaders.length; i += 2) (headers[rawHeaders[i].toLowerCase()] ??= []).push(rawHeaders[i + 1]);
  return headers;
}

// HTTP/2 requests have these without a setter.
function replace(request: Request, name: 'headers' | 'rawHeaders', value: IncomingHttpHeaders | string[]): void {
  if (Reflect.set(request, name, value)) return;
  Object.defineProperty(request, name, { value, configurable: true, enumerable: true, writable: true });
}
