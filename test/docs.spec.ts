import { Test } from '@nestjs/testing';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { EventLogModule } from '../lib/index.js';
import { EventLogSettings } from '../lib/options/event-log-settings.js';
import { closeApps, createApp } from './utils/create-app.js';

const ROOT = process.cwd();
const OWN_FILES = /^https:\/\/(?:github\.com\/(.+?)\/blob|raw\.githubusercontent\.com\/(.+?))\/main\//;
const REPOSITORY = 'nestjs-event-log/nestjs-event-log';
const PAGES = [
  ...['README.md', 'SECURITY.md', 'CONTRIBUTING.md'],
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const apiKeys = [{ id: 'docs', key: 'key-of-docs-spec', kind: 'api' as const }];

const read = (page: string) => readFileSync(join(ROOT, page), 'utf8');
const proseOf = (page: string) => read(page).replaceAll(/^```.*?^```/gms, '');

const ENTRIES = ['lib/index.ts', 'lib/typeorm/index.ts'];
const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent({ ...config, files: ENTRIES, include: [] }, ts.sys, ROOT);
const program = ts.createProgram(
  ENTRIES.map((entry) => join(ROOT, entry)),
  options,
);

/** Of each member of an exported interface, what its hover text has as `@default`. */
function hoverDefaults(name: string, entry = 'lib/index.ts'): Map<string, string | undefined> {
  const checker = program.getTypeChecker();
  const source = checker.getSymbolAtLocation(program.getSourceFile(join(ROOT, entry))!)!;
  const exported = checker.getExportsOfModule(source).find((symbol) => symbol.name === name)!;
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const members = checker.getDeclaredTypeOfSymbol(symbol).getProperties();
  return new Map(members.map((member) => [member.name, defaultOf(member)]));
}

function defaultOf(member: ts.Symbol): string | undefined {
  const tag = member.getJsDocTags().find((tag) => tag.name === 'default');
  return tag && ts.displayPartsToString(tag.text);
}

/** The first two columns of the table below a heading of docs/options.md, without their backticks. */
function tableBelow(heading: string): Map<string, string> {
  const [, rest] = read('docs/options.md').split(`\n## ${heading}\n`);
  const rows = rest!.split('\n## ')[0]!.matchAll(/^\| `(\w+)` *\| (.*?) *\|/gm);
  return new Map(Array.from(rows, ([, name, value]) => [name!, value!.replaceAll('`', '')]));
}

/** What a default is as a value; `undefined` where it is told in words. */
function literal(text: string | undefined): unknown {
  const [, quoted, plain] = /^(?:'([^']*)'|(\d+|true|false)(?= |$))/.exec(text ?? '') ?? [];
  return quoted ?? (plain && JSON.parse(plain));
}

const TABLES = [
  ['Options', 'EventLogOptions', 'lib/index.ts'],
  ['Extras', 'EventLogExtras', 'lib/index.ts'],
  ['Options of an intake', 'EventLogIntakeOptions', 'lib/index.ts'],
  ['Extras of an intake', 'EventLogIntakeExtras', 'lib/index.ts'],
  ['`typeOrmStorage()`', 'TypeOrmStorageOptions', 'lib/typeorm/index.ts'],
  ['`typeOrmApiKeys()`', 'TypeOrmApiKeysOptions', 'lib/typeorm/index.ts'],
] as const;

afterEach(closeApps);

describe('docs/options.md', () => {
  it.each(TABLES)('has below %s each member of %s, with the default of its hover text', (heading, name, entry) => {
    // What follows a colon is an explanation.
    const hover = Array.from(hoverDefaults(name, entry), ([member, text]) => [member, text?.split(':')[0] ?? 'none']);
    expect(Object.fromEntries(tableBelow(heading))).toEqual(Object.fromEntries(hover));
  });
});

describe('The hover text of an option', () => {
  it('names the default that is in force', async () => {
    const app = await Test.createTestingModule({ imports: [EventLogModule.forRoot({ apiKeys })] }).compile();
    const settings: Partial<Record<string, unknown>> = { ...app.get(EventLogSettings) };
    const named = Array.from(hoverDefaults('EventLogOptions'), ([name, text]) => [name, literal(text)] as const);
    expect(named.filter(([, value]) => value !== undefined).length).toBeGreaterThanOrEqual(8);
    for (const [name, value] of named) if (name !== 'apiKeys') expect([name, settings[name]]).toEqual([name, value]);
  });

  it('names the path and the scope that an import without extras has', async () => {
    const hover = hoverDefaults('EventLogExtras');
    expect(EventLogModule.forRoot({ apiKeys }).global ?? false).toBe(literal(hover.get('isGlobal')));
    const { url } = await createApp('express', { imports: [EventLogModule.forRoot({ apiKeys })] });
    const { status } = await fetch(`${url}/${String(literal(hover.get('path')))}`, { method: 'POST' });
    expect(status).toBe(401);
  });
});

describe('README.md', () => {
  it('has at most 250 lines', () => {
    expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(250);
  });

  it('has no relative link, as npm shows it beside no other file', () => {
    expect(linksOf('README.md').filter((link) => !/^(?:https?:|#)/.test(link))).toEqual([]);
  });
});

describe.each(PAGES)('%s', (page) => {
  it('links to files and headings that exist', () => {
    expect(linksOf(page).filter((link) => isBroken(page, link))).toEqual([]);
  });
});

function linksOf(page: string): string[] {
  const prose = proseOf(page);
  const inline = prose.matchAll(/\]\(([^)\s]+)\)/g);
  const references = prose.matchAll(/^\[[^\]]+\]: (\S+)/gm);
  return [...inline, ...references].map(([, target]) => target!);
}

/** Whether a link into this repository leads nowhere; others are not looked at. */
function isBroken(page: string, link: string): boolean {
  const [, blob, raw] = OWN_FILES.exec(link) ?? [];
  const own = (blob ?? raw) === REPOSITORY;
  if (!own && /^https?:/.test(link)) return false;
  const [path, anchor] = (own ? link.replace(OWN_FILES, '') : link).split('#') as [string, string?];
  const file = path === '' ? page : own ? path : join(dirname(page), path);
  if (!existsSync(join(ROOT, file))) return true;
  return anchor !== undefined && !anchorsOf(file).has(anchor);
}

/** As GitHub makes them of headings. */
function anchorsOf(page: string): Set<string> {
  const headings = proseOf(page).matchAll(/^#+ (.+)$/gm);
  const slugs = Array.from(headings, ([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set(slugs);
}
