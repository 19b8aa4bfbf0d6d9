import { spawnSync } from 'node:child_process';

const config = {
  rootDir: process.cwd(),
  roots: ['<rootDir>/test/fixtures/unhandled-rejection'],
  testRegex: '\\.js$',
  transform: {},
};
const environment = '<rootDir>/test/utils/unhandled-rejection.environment.js';

/** Runs jest on the fixtures and resolves to what it prints. */
function outcome(testEnvironment: string): string {
  const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--runInBand', '--config'];
  return spawnSync(process.execPath, [...jest, JSON.stringify({ ...config, testEnvironment })], { encoding: 'utf8' }).stderr;
}

it('a spec file fails for a rejection that nobody listened to in time, and no other does', () => {
  const printed = outcome(environment);
  expect(printed).toMatch(/^FAIL .*listened-to-late\.js$/m);
  expect(printed).toContain('A promise was rejected while nobody listened');
  expect(printed).toContain('left behind');
  expect(printed).toMatch(/^PASS .*fine\.js$/m);
});

it('without that environment, the same spec file passes', () => {
  expect(outcome('node')).not.toMatch(/^FAIL/m);
});
