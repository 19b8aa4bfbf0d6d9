import { createServer } from 'node:http';
import { listening } from './listening.js';

/** A server of node:http that gives each body to `store` and then answers with it. */
export function serveJson(store: (event: Record<string, unknown>) => unknown): void {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const event = JSON.parse(Buffer.concat(chunks).toString());
    await store(event);
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(event));
  });
  server.listen(0, '127.0.0.1', () => listening(server));
}
