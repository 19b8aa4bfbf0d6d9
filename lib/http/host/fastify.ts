import { corsHeaders } from '../cors.js';
import { rawRequest } from '../http-request.js';
import type { FastifyReply } from './fastify.interface.js';
import { claimFastifyRoutes } from './fastify-routes.js';
import type { Headers, HostAdapter } from './host-adapter.js';
import { payloadOf } from './payload-of.js';
import { isAnswered } from './is-answered.js';
import { sendChunks } from './send-chunks.js';
import { writeHeaders } from './write-headers.js';

/** Where headers wait in a reply until it is sent, while the host's middleware writes to Node's response. */
export const fastify: HostAdapter = {
  claimRoutes: claimFastifyRoutes,

  answer(request, response, status, headers, body) {
    const reply = response as FastifyReply;
    if (isAnswered(rawRequest(request), reply.raw, status, reply.sent)) return;
    setAll(reply, headers);
    setAll(reply, corsHeaders(rawRequest(request), reply.getHeader('Vary') ?? reply.raw.getHeader('Vary')));
    reply.code(status).send(payloadOf(body));
  },

  async stream(request, response, status, headers, chunks) {
    const reply = response as FastifyReply;
    const { raw } = reply;
    if (isAnswered(rawRequest(request), raw, status, reply.sent)) return;
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
    raw.statusCode = status;
    writeHeaders(rawRequest(request), raw, headers);
    await sendChunks(raw, chunks);
  },
};

function setAll(reply: FastifyReply, headers: Headers): void {
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) reply.header(name, value);
    else {
      reply.removeHeader(name);
      reply.raw.removeHeader(name);
    }
  }
}
