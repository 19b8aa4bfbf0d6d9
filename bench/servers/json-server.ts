import { createServer } from 'node:http';
import { listening } from './listening.js';

/** A server of node:http that gives each body to `store` and then answers, by default with it. */
export function serveJson<Body = Record<string, unknown>>(
  store: (body: Body) => unknown,
  answerOf: (body: Body) => unknown = (body) => body,
): void {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString());
    await store(body);
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(answerOf(body)));
  });
  server.listen(0, '127.0.0.1', () => listening(server));
}
