import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** What is used of Fastify, by shape: its package is the host's. */
export interface FastifyRequest {
  readonly raw: IncomingMessage;
  readonly is404: boolean;
}

export interface FastifyReply {
  readonly raw: ServerResponse;
  readonly sent: boolean;
  hijack(): void;
  callNotFound(): void;
  code(status: number): this;
  header(name: string, value: string): this;
  getHeader(name: string): unknown;
  getHeaders(): Record<string, number | string | string[] | undefined>;
  removeHeader(name: string): this;
  send(body: string | Buffer): this;
}

export type FastifyHook = (request: FastifyRequest, reply: FastifyReply, done: () => void) => void;

export interface FastifyRoute {
  url: string;
  config?: object;
  onRequest?: FastifyHook | FastifyHook[];
}

interface RouterOptions {
  ignoreDuplicateSlashes?: boolean;
}

export interface FastifyApp {
  readonly server: Server;
  readonly initialConfig: RouterOptions & { routerOptions?: RouterOptions };
  addHook(name: 'onRoute', hook: (route: FastifyRoute) => void): void;
  addHook(name: 'onRequest', hook: FastifyHook): void;
  route(route: FastifyRoute): void;
}
