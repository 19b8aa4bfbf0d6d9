// @nestjs/throttler itself, for specs: it is CommonJS that requires what is ESM since Nest 12. Node can do that from 20.19
// on, Jest only from Node 24.9 on; so its files are run here with a `require` that knows what they ask for.
import * as common from '@nestjs/common';
import * as core from '@nestjs/core';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const loaded = new Map<string, { exports: unknown }>();

function load(path: string): unknown {
  const module = loaded.get(path) ?? { exports: {} };
  if (loaded.has(path)) return module.exports;
  loaded.set(path, module);
  const require = (name: string) => {
    if (name === '@nestjs/common') return common;
    if (name === '@nestjs/core') return core;
    return name.startsWith('.') ? load(join(path, '..', `${name}.js`)) : process.getBuiltinModule(name);
  };
  new Function('module', 'exports', 'require', readFileSync(path, 'utf8'))(module, module.exports, require);
  return module.exports;
}

export const { getStorageToken, normalizeIp, ThrottlerGuard, ThrottlerModule, ThrottlerStorageService } = load(
  resolve('node_modules/@nestjs/throttler/dist/index.js'),
) as typeof import('@nestjs/throttler');
