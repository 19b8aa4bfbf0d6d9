// What npm would publish, in hosts as users have them: Nest 11 with CommonJS and Nest 12 with ESM, without and with tracers.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { conclude } from './check.mjs';
import { checkDocuments } from './documents.mjs';
import { checkHost, checkWithoutPeers } from './host.mjs';
import { checkTarball } from './tarball.mjs';
import { checkTracers } from './tracers.mjs';

const nest = (major) =>
  ['common', 'core', 'platform-express', 'platform-fastify', 'swagger', 'typeorm'].map((name) => `@nestjs/${name}@${major}`);
const NEST_11 = {
  name: 'Nest 11, CommonJS',
  type: 'commonjs',
  packages: [
    ...nest(11),
    '@nestjs/throttler@6',
    '@opentelemetry/api@1',
    'csv-stringify@6',
    'standardwebhooks@1',
    'undici@7',
    'typeorm@0.3',
  ],
};
const NEST_12 = {
  name: 'Nest 12, ESM',
  type: 'module',
  packages: [
    ...nest(12),
    '@nestjs/throttler@6',
    '@opentelemetry/api@1',
    'csv-stringify@6',
    'standardwebhooks@1',
    'undici@7',
    'typeorm@1',
  ],
};

const temporary = await mkdtemp(join(tmpdir(), 'event-log-package-'));
try {
  const tarball = await checkTarball(temporary);
  await Promise.all([NEST_11, NEST_12].map((host) => checkHost(host, tarball, temporary)));
  await Promise.all([NEST_11, NEST_12].map((host) => checkTracers(host, temporary)));
  await checkDocuments(join(temporary, NEST_12.type));
  for (const host of [NEST_11, NEST_12]) await checkWithoutPeers(host, temporary);
} finally {
  await rm(temporary, { recursive: true });
}
conclude();
