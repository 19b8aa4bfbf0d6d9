/** What all projects share: TypeScript by swc as ES modules, and the library by its name, from its sources. */
const shared = {
  testEnvironment: '<rootDir>/test/utils/unhandled-rejection.environment.js',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^@nestjs/throttler$': '<rootDir>/test/utils/throttler.ts',
    '^nestjs-event-log$': '<rootDir>/lib/index.ts',
    '^nestjs-event-log/([a-z-]+)$': '<rootDir>/lib/$1/index.ts',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
};

const project = (displayName, roots, ignored = []) => ({
  ...shared,
  displayName,
  roots: roots.map((root) => `<rootDir>/${root}`),
  testRegex: '\\.spec\\.ts$',
  testPathIgnorePatterns: ['/node_modules/', ...ignored.map((folder) => `<rootDir>/${folder}/`)],
});

export default {
  testTimeout: 120_000,
  maxWorkers: '100%', // most specs wait for answers and times, not for the processor
  projects: [
    project('unit', ['test', 'sample'], ['test/faults', 'test/browser', 'test/clickhouse', 'test/citus']),
    project('faults', ['test/faults'], ['test/faults/alone']),
    project('alone', ['test/faults/alone']), // each measures how soon answers come, or fills the machine
    project('browser', ['test/browser']),
    project('clickhouse', ['test/clickhouse']),
    project('citus', ['test/citus']),
  ],
};
