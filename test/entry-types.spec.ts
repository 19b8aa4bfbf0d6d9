import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import ts from 'typescript';

interface Entry {
  import: { types: string };
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  exports: Record<string, string | Entry>;
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional: boolean }>;
};

/** The optional peers whose types an entry may show: it is of use only where they are installed. */
const SHOWN: Record<string, readonly string[]> = {
  './clickhouse': ['@clickhouse/client'],
  './telemetry': ['@opentelemetry/api'],
  './typeorm': ['typeorm'],
};

const ENTRIES = Object.entries(manifest.exports).flatMap(([name, entry]): [string, string][] =>
  typeof entry === 'string' ? [] : [[name, join(entry.import.types)]],
);

const packageOf = (name: string) => name.split('/', name.startsWith('@') ? 2 : 1).join('/');

/** The packages that the types of a file name, and those of all that it imports; `read` gives the text of a file. */
function packagesOf(file: string, read: (file: string) => string): Set<string> {
  const [seen, packages] = [new Set<string>(), new Set<string>()];
  (function visit(one: string): void {
    if (seen.has(one)) return;
    seen.add(one);
    const { importedFiles, typeReferenceDirectives } = ts.preProcessFile(read(one), true, true);
    for (const { fileName } of [...importedFiles, ...typeReferenceDirectives]) {
      if (fileName.startsWith('.')) visit(join(dirname(one), fileName).replace(/\.js$/, '.d.ts'));
      else packages.add(packageOf(fileName));
    }
  })(file);
  return packages;
}

const readBuilt = (file: string) => readFileSync(file, 'utf8');

/** Packages that a host without them has no types of: optional peers that the entry doesn't show, and what is no peer at all. */
function missingOf(name: string, packages: Iterable<string>): string[] {
  const { peerDependencies, peerDependenciesMeta } = manifest;
  const isThere = (one: string) =>
    one === 'node' ||
    one.startsWith('node:') ||
    (one in peerDependencies && !peerDependenciesMeta[one]?.optional) ||
    SHOWN[name]?.includes(one);
  return [...packages].filter((one) => !isThere(one));
}

it.each(ENTRIES)('the types of the entry %s name no package that its hosts need not have', (name, file) => {
  if (!existsSync(file)) throw new Error(`${file} is not there: build it with npm run build:sample.`);
  const packages = packagesOf(file, readBuilt);
  expect(missingOf(name, packages)).toEqual([]);
});

it('the types that are looked at are those behind the entries', () => {
  expect([...packagesOf('dist/esm/typeorm/index.d.ts', readBuilt)]).toEqual(
    expect.arrayContaining(['typeorm', '@nestjs/common']),
  );
});

it.each([
  [`import { Agent } from 'undici';`, ['undici']],
  [`export declare const a: import('@nestjs/throttler/dist/x.js').A;`, ['@nestjs/throttler']],
  [`export * from './b.js';`, ['csv-stringify']],
  [`/// <reference types="express" />`, ['express']],
])('a planted %s is found', (text, found) => {
  const files: Record<string, string> = { 'a.d.ts': text, 'b.d.ts': `export type { Stringifier } from 'csv-stringify';` };
  expect(
    missingOf(
      '.',
      packagesOf('a.d.ts', (file) => files[file]),
    ),
  ).toEqual(found);
});
