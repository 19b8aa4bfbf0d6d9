import express from 'express';
import { METHODS } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { EventLogModule } from 'nestjs-event-log';
import { type Adapter, ADAPTERS } from './utils/create-app.js';

type Handler = (...args: unknown[]) => unknown;

let wrapped = 0;
let calls = 0;
let restore = () => {};
let app: INestApplication;

/** What tracers do: a function of their own, without the metadata of the one that it calls. */
function wrapper(handler: Handler): Handler {
  wrapped++;
  return function (this: unknown, ...args) {
    calls++;
    return handler.apply(this, args);
  };
}

interface Route {
  stack: { handle: Handler }[];
  [method: string]: unknown;
}

/** Replaces what Express puts into the stack of a route, as dd-trace 5 did. */
function wrapExpressRoutes(): () => void {
  const prototype = Object.getPrototypeOf(express().route('/any')) as Route;
  const methods = ['all', ...METHODS.map((method) => method.toLowerCase())].filter((name) => name in prototype);
  const originals = methods.map((name) => [name, prototype[name] as Handler] as const);
  for (const [name, original] of originals) {
    prototype[name] = function (this: Route, ...args: unknown[]) {
      const before = this.stack.length;
      const result = original.apply(this, args);
      for (const layer of this.stack.slice(before)) layer.handle = Object.assign(wrapper(layer.handle), layer.handle);
      return result;
    };
  }
  return () => {
    for (const [name, original] of originals) prototype[name] = original;
  };
}

/** Replaces the handler of each route in a hook that runs before any of the module's, as Sentry and New Relic do. */
function wrapFastifyRoutes(adapter: FastifyAdapter): void {
  adapter.getInstance().addHook('onRoute', (route) => {
    route.handler = wrapper(route.handler as Handler) as typeof route.handler;
  });
}

async function bootWrapped(adapter: Adapter, prefix: string): Promise<string> {
  const http = adapter === 'express' ? new ExpressAdapter() : new FastifyAdapter();
  if (http instanceof FastifyAdapter) wrapFastifyRoutes(http);
  else restore = wrapExpressRoutes();
  const apiKeys = [{ id: 'site', key: 'wrapped-key', kind: 'web' as const, allowedOrigins: ['https://site.example'] }];
  const imports = [EventLogModule.forRoot({ apiKeys })];
  app = await NestFactory.create({ module: class HostModule {}, imports }, http, { logger: false, abortOnError: false });
  if (prefix !== '') app.setGlobalPrefix(prefix);
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}

const HEADERS = { authorization: 'Bearer wrapped-key', 'content-type': 'application/json' };
const event = (text = '') => JSON.stringify({ entityType: 'message', type: 't', messageId: 'm', properties: { text } });
const post = (url: string, body: string) => fetch(url, { method: 'POST', headers: HEADERS, body });

describe.each(ADAPTERS)('On %s, where a tracer has wrapped every handler', (adapter) => {
  describe.each([
    ['a default host', '', ''],
    ['a parameter in the global prefix', ':tenant', '/acme'],
  ])('in %s', (_name, prefix, base) => {
    let url: string;

    beforeAll(async () => {
      [wrapped, calls] = [0, 0];
      url = `${await bootWrapped(adapter, prefix)}${base}`;
    });
    afterAll(async () => {
      await app.close();
      restore();
    });

    it.each([
      ['/events', event()],
      ['/events', event('x'.repeat(1_500_000))],
      ['//events', event()],
    ])('an event to %s is stored, and through the wrapper', async (path, body) => {
      const before = calls;
      expect((await post(`${url}${path}`, body)).status).toBe(200);
      expect(wrapped).toBeGreaterThan(0);
      expect(calls).toBeGreaterThan(before);
    });

    it('a beacon is stored', async () => {
      const answer = await fetch(`${url}/events/beacon?key=wrapped-key`, { method: 'POST', body: event() });
      expect(answer.status).toBe(204);
    });

    it.each([
      ['malformed JSON', { method: 'POST', headers: HEADERS, body: '{' }, 400],
      ['more than 2 MiB', { method: 'POST', headers: HEADERS, body: event('x'.repeat(2_200_000)) }, 413],
      ['GET', { method: 'GET' }, 405],
    ])('%s is refused with a problem of ours', async (_what, request, status) => {
      const answer = await fetch(`${url}/events`, request);
      expect([answer.status, answer.headers.get('content-type')?.split(';')[0]]).toEqual([status, 'application/problem+json']);
    });

    it('a preflight is answered by the module', async () => {
      const headers = { origin: 'https://site.example', 'access-control-request-method': 'POST' };
      const answer = await fetch(`${url}/events`, { method: 'OPTIONS', headers });
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([204, 'https://site.example']);
    });
  });
});
