/** What is used of a test runner: that of Jest, Vitest, or one of your own. */
export interface TestRunner {
  /** Groups the tests that `define` makes. */
  describe(name: string, define: () => void): void;
  /** Makes one test, which fails where the promise of `run` is rejected. */
  it(name: string, run: () => Promise<void>): void;
  /** Throws where `actual` is not what is expected: `toBe` by `Object.is`, `toEqual` by content. */
  expect(actual: unknown): { toBe(expected: unknown): void; toEqual(expected: unknown): void };
}

export type Expect = TestRunner['expect'];
