import type { IncomingMessage, ServerResponse } from 'node:http';
import { corsHeaders } from '../cors.js';
import type { Headers } from './host-adapter.js';

/** Sets the headers of an answer, and those of CORS, on Node's own response. */
export function writeHeaders(request: IncomingMessage, response: ServerResponse, headers: Headers): void {
  setAll(response, headers);
  setAll(response, corsHeaders(request, response.getHeader('Vary')));
}

function setAll(response: ServerResponse, headers: Headers): void {
  for (const name in headers) {
    if (headers[name] === undefined) response.removeHeader(name);
    else response.setHeader(name, headers[name]);
  }
}
