import { execFile } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

export const run = promisify(execFile);

export async function writeJson(path, value) {
  await writeFile(path, JSON.stringify(value));
}

export async function readJson(path) {
  return JSON.parse(await readFile(path, 'utf8'));
}

/** Without scripts: the native part of better-sqlite3 is that of the checkout, which took a minute to build. */
export async function install(cwd, packages) {
  const sqlite = join('node_modules', 'better-sqlite3');
  const { version } = await readJson(join(root, sqlite, 'package.json'));
  const others = ['reflect-metadata', 'rxjs', 'class-validator', 'class-transformer', '@types/node@20', '@types/express@5'];
  await npmInstall(cwd, [...packages, ...others, `better-sqlite3@${version}`]);
  const native = join(sqlite, 'build', 'Release', 'better_sqlite3.node');
  await cp(join(root, native), join(cwd, native));
}

export async function npmInstall(cwd, packages, ...options) {
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...options, ...packages], { cwd });
}

const COMPILER_OPTIONS = {
  target: 'es2023',
  module: 'nodenext',
  types: ['node'],
  strict: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  skipLibCheck: false,
};

/** Compiles as a host does that checks the types of all packages too, unless its options say otherwise. */
export async function compile(cwd, files, options = {}) {
  await writeJson(join(cwd, 'tsconfig.json'), { compilerOptions: { ...COMPILER_OPTIONS, ...options }, files });
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc')], { cwd });
}
