import { readdirSync, readFileSync } from 'node:fs';
import { sep } from 'node:path';
import { dirname, join } from 'node:path/posix';
import ts from 'typescript';

/** What the files of a room (a folder of lib) may import besides their own room; the files at the root may import all. */
const ALLOWED: Record<string, readonly string[]> = {
  diagnostics: [],
  events: [],
  timing: [],
  options: ['type events'],
  http: ['events', 'options', 'timing'],
  storage: ['events', 'options'],
  sql: ['events', 'storage'],
  auth: ['events', 'http', 'options', 'timing'],
  ingestion: ['auth', 'events', 'http', 'options', 'storage', 'timing'],
  query: ['auth', 'events', 'http', 'openapi', 'options', 'storage', 'feed', 'timing'],
  feed: ['storage', 'options', 'timing'],
  consumers: ['feed', 'storage', 'events', 'options', 'timing'],
  retention: ['events', 'storage', 'feed', 'options', 'timing'],
  health: ['feed', 'ingestion', 'options', 'timing'],
  telemetry: ['auth', 'feed', 'ingestion', 'options', 'timing'],
  observability: ['ingestion', 'storage', 'options'],
  openapi: ['events', 'options', 'http'],
  dashboard: ['http', 'options'],
  conversations: ['auth', 'events', 'http', 'openapi', 'options', 'storage', 'timing'],
  typeorm: ['auth', 'events', 'options', 'sql', 'storage', 'feed', 'timing'],
  // Its copy is a consumer, under the lease of one.
  clickhouse: ['consumers', 'events', 'options', 'sql', 'storage', 'feed', 'timing'],
  testing: ['auth', 'events', 'ingestion', 'type options', 'storage', 'feed', 'root'],
  cli: ['clickhouse', 'consumers', 'events', 'options', 'query', 'retention', 'storage', 'typeorm'],
};

interface Import {
  target: string;
  isOfTypes: boolean;
}

/** The files of lib that a file imports, of types too. */
function importsOf(file: string, text: string): Import[] {
  const found: Import[] = [];
  const add = (name: ts.Node | undefined, isOfTypes: boolean) => {
    if (!name || !ts.isStringLiteral(name) || !name.text.startsWith('.')) return;
    found.push({ target: join(dirname(file), name.text).replace(/\.js$/, '.ts'), isOfTypes });
  };
  (function visit(node: ts.Node): void {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    if (ts.isImportTypeNode(node)) add((node.argument as ts.LiteralTypeNode).literal, true);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  })(ts.createSourceFile(file, text, ts.ScriptTarget.Latest));
  return found;
}

const roomOf = (file: string) => (file.includes('/') ? file.slice(0, file.indexOf('/')) : 'root');

function isAllowed(file: string, { target, isOfTypes }: Import): boolean {
  const [from, to] = [roomOf(file), roomOf(target)];
  const allowed = [from, 'diagnostics', ...(ALLOWED[from] ?? [])];
  return from === 'root' || allowed.includes(to) || (isOfTypes && allowed.includes(`type ${to}`));
}

/** The arrows that the table does not allow, and the circles between files. */
function faultsOf(sources: Record<string, string>): string[] {
  const imports = new Map(Object.entries(sources).map(([file, text]) => [file, importsOf(file, text)]));
  const faults = [...imports].flatMap(([file, all]) =>
    all.filter((one) => !isAllowed(file, one)).map(({ target }) => `${file} → ${target}`),
  );
  const done = new Set<string>();
  const follow = (file: string, path: string[]): void => {
    if (path.includes(file)) faults.push(`circle: ${[...path.slice(path.indexOf(file)), file].join(' → ')}`);
    if (done.has(file) || path.includes(file)) return;
    for (const { target } of imports.get(file) ?? []) follow(target, [...path, file]);
    done.add(file);
  };
  for (const file of imports.keys()) follow(file, []);
  return faults;
}

const FILES = readdirSync('lib', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const LIB = Object.fromEntries(FILES.map((file) => [file.replaceAll(sep, '/'), readFileSync(join('lib', file), 'utf8')]));

it('the files of lib import only rooms that the table allows, and none in a circle', () => {
  expect(FILES.length).toBeGreaterThan(50);
  expect(faultsOf(LIB)).toEqual([]);
});

it.each([
  ['events/a.ts', `import type { A } from '../http/b.js';`, 'events/a.ts → http/b.ts'],
  ['options/a.ts', `export { a } from '../events/b.js';`, 'options/a.ts → events/b.ts'],
  ['timing/a.ts', `let a: import('../root.js').A;`, 'timing/a.ts → root.ts'],
  ['query/a.ts', `const a = import('../typeorm/b.js');`, 'query/a.ts → typeorm/b.ts'],
  ['newcomer/a.ts', `import '../events/b.js';`, 'newcomer/a.ts → events/b.ts'],
  ['events/a.ts', `import type { A } from './a.js';`, 'circle: events/a.ts → events/a.ts'],
])('a planted import in %s, %s, is found', (file, text, fault) => {
  expect(faultsOf({ 'options/fine.ts': `import type { E } from '../events/b.js';`, [file]: text })).toEqual([fault]);
});
