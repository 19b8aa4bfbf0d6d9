import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { check } from './check.mjs';
import { compile, npmInstall, root } from './shell.mjs';

/** What the pages import beside what the host has. */
const PACKAGES = [
  ...['config', 'terminus', 'testing'].map((name) => `@nestjs/${name}@12`),
  '@inkeep/inkeep-analytics@0.2.4-alpha.27',
  '@opentelemetry/exporter-prometheus@0.223',
  '@opentelemetry/sdk-node@0.223',
  '@types/jest@30',
  '@types/pg@8',
  'drizzle-orm@0.45',
  'ioredis@5',
  'mongodb@7',
  'pg@8',
  'zod@3',
];

const BLOCK = /^```ts\n(.*?)^```$/gms;
const FILE_NAME = /^\/\/ ([\w.-]+\.ts)\n/;

/**
 * Compiles each `ts` block of README and docs in a host that has the package installed. A block is a file of its own; one
 * that begins with a file name, such as `// app.module.ts`, can be imported by the others of its page.
 */
export async function checkDocuments(cwd) {
  // Not held to their peers: the throttler's storage for Redis does not know Nest 12 yet.
  await check('what the documents import installs', () => npmInstall(cwd, PACKAGES, '--legacy-peer-deps'));
  const blocks = (await Promise.all((await pages()).map((page) => filesOf(cwd, page)))).flat();
  const options = { types: ['node', 'jest'], noEmit: true, skipLibCheck: true };
  await check(`each of the ${blocks.length} ts blocks of README and docs compiles`, () => compile(cwd, blocks, options));
}

async function pages() {
  const docs = await readdir(join(root, 'docs'));
  return ['README.md', ...docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)];
}

async function filesOf(cwd, page) {
  const markdown = await readFile(join(root, page), 'utf8');
  const folder = page.replaceAll(/\W/g, '-');
  await mkdir(join(cwd, folder), { recursive: true });
  const files = [];
  for (const [index, [, code]] of [...markdown.matchAll(BLOCK)].entries()) {
    const file = join(folder, FILE_NAME.exec(code)?.[1] ?? `block-${index + 1}.ts`);
    await writeFile(join(cwd, file), code);
    files.push(file);
  }
  return files;
}
