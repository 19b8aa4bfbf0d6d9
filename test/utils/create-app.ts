import type { INestApplication, ModuleMetadata, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';

export const ADAPTERS = ['express', 'fastify'] as const;
export type Adapter = (typeof ADAPTERS)[number];

export interface CreateAppOptions extends NestApplicationOptions {
  /** The host's own limit for JSON bodies. */
  bodyLimit?: number;
  /** Whether the host stands behind a proxy that names its clients in `X-Forwarded-For`. */
  trustProxy?: boolean;
  /** What a host's main.ts does between create() and listen(). */
  configure?: (app: INestApplication) => void;
  /** Boots through a testing module instead of NestFactory, as hosts' e2e tests do. */
  override?: (builder: TestingModuleBuilder) => TestingModuleBuilder;
}

const opened: INestApplication[] = [];

/** A real host, listening on a free port. */
export async function createApp(adapter: Adapter, metadata: ModuleMetadata, options: CreateAppOptions = {}) {
  const { bodyLimit, trustProxy, configure, override, ...rest } = options;
  const appOptions: NestApplicationOptions = { logger: false, abortOnError: false, ...rest };
  const http =
    adapter === 'express'
      ? new ExpressAdapter()
      : new FastifyAdapter({ ...(bodyLimit && { bodyLimit }), ...(trustProxy && { trustProxy }) });
  const app: INestApplication = override
    ? (await override(Test.createTestingModule(metadata)).compile()).createNestApplication(http, appOptions)
    : await NestFactory.create({ module: class HostModule {}, ...metadata }, http, appOptions);
  opened.push(app);
  if (bodyLimit && adapter === 'express') (app as NestExpressApplication).useBodyParser('json', { limit: bodyLimit });
  if (trustProxy && adapter === 'express') (app as NestExpressApplication).set('trust proxy', true);
  configure?.(app);
  await app.listen(0, '127.0.0.1');
  return { app, url: await app.getUrl() };
}

/** For afterEach() or afterAll(). */
export async function closeApps(): Promise<void> {
  await Promise.all(opened.splice(0).map((app) => app.close()));
}
