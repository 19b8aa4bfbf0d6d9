import { readFileSync } from 'node:fs';
import { unexportedTypes } from './utils/public-surface.js';

const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: Record<string, string | object> };
const ENTRIES = Object.keys(exports)
  .filter((entry) => !entry.endsWith('.json'))
  .map((entry) => `${entry}/index.ts`);

it('each type that an exported declaration names can be imported from an entry of the package', () => {
  expect(ENTRIES).toContain('./index.ts');
  expect(unexportedTypes('lib', ENTRIES)).toEqual([]);
});

it('a planted export that names internal types is found, in its heritage, its constructor and its protected methods', () => {
  expect(unexportedTypes('test/fixtures/public-surface', ['index.ts'])).toEqual([
    'ExtendsInternal → Base',
    'TakesInternal → Dependency',
    'TakesInternal → Inner',
    'TakesInternal → Parent',
    'infers → Inferred',
  ]);
});
