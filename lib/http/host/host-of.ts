import type { AbstractHttpAdapter } from '@nestjs/core';
import { express } from './express.js';
import { fastify } from './fastify.js';
import type { HostAdapter } from './host-adapter.js';

/** The framework under Nest. */
export function hostOf(adapter: AbstractHttpAdapter): HostAdapter {
  return adapter.getType() === 'fastify' ? fastify : express;
}
