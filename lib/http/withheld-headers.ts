import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { claimedOf, setClaimed } from './claimed-request.js';
import type { OwnRouteOptions } from './own-route.decorator.js';

const NOTHING: IncomingHttpHeaders = {};

/** Has Node take a list of headers for those of the request. Not documented, and without it in HTTP/2. */
interface RawHeadersTaker {
  _addHeaderLines?(rawHeaders: string[], length: number): void;
}

/** Removes these headers until `restoreHeaders()`, so that the host's middleware and parsers do not see them. */
export function withholdHeaders(request: IncomingMessage, names: readonly string[], route?: OwnRouteOptions): void {
  const { headers } = request;
  const withheld: IncomingHttpHeaders = {};
  let sent = false;
  for (const name of names) {
    withheld[name] = headers[name];
    sent ||= headers[name] !== undefined;
  }
  setClaimed(request, { route, withheld });
  if (!sent) return;
  replaceRawHeaders(request, rawWithout(request.rawHeaders, names));
  replace(request, 'headers', without(headers, names));
}

/** What was withheld, with `undefined` for what was not sent; empty where nothing is withheld. */
export function withheldHeaders(request: IncomingMessage): IncomingHttpHeaders {
  return claimedOf(request)?.withheld ?? NOTHING;
}

/** Gives back what was withheld to `headers`, for the module's own reading; what the host has changed meanwhile stays. */
export function restoreHeaders(request: IncomingMessage): void {
  const withheld = withheldHeaders(request);
  for (const name in withheld) if (withheld[name] !== undefined) request.headers[name] = withheld[name];
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

// Node makes `headersDistinct` of `rawHeaders` when it is looked at, and reads as many of them as it has counted. To define the
// property anew costs more on Express than all the rest.
function replaceRawHeaders(request: IncomingMessage & RawHeadersTaker, rawHeaders: string[]): void {
  if (request._addHeaderLines !== undefined && !request.complete && rawHeaders.length > 0) {
    Reflect.set(request, 'headers', undefined); // Else it adds the lines to these.
    request._addHeaderLines(rawHeaders, rawHeaders.length);
    return;
  }
  replace(request, 'rawHeaders', rawHeaders);
  if ('headersDistinct' in request) replace(request, 'headersDistinct', distinct(rawHeaders));
}

function distinct(rawHeaders: readonly string[]): NodeJS.Dict<string[]> {
  const headers = Object.create(null) as NodeJS.Dict<string[]>;
  for (let i = 0; i < rawHeaders.length; i += 2) (headers[rawHeaders[i].toLowerCase()] ??= []).push(rawHeaders[i + 1]);
  return headers;
}

// HTTP/2 requests have these without a setter.
function replace(request: IncomingMessage, name: 'headers' | 'rawHeaders' | 'headersDistinct', value: object): void {
  if (Reflect.set(request, name, value)) return;
  Object.defineProperty(request, name, { value, configurable: true, enumerable: true, writable: true });
}
