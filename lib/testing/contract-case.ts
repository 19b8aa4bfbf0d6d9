import type { TestRunner } from './test-runner.interface.js';

/** One test of a contract: its title, and the rule that a failure shows to be broken, in one sentence. */
export interface ContractCase<Fixture> {
  readonly title: string;
  readonly rule: string;
  run(fixture: Fixture): Promise<void>;
}

/** Makes a test of each case, with a fixture of its own. */
export function defineCases<Fixture>(
  { it }: TestRunner,
  cases: readonly ContractCase<Fixture>[],
  create: () => Promise<Fixture>,
): void {
  for (const { title, rule, run } of cases) {
    it(title, async () => {
      const fixture = await create();
      await run(fixture).catch((cause: unknown) => {
        throw new Error(`${rule}\n\n${cause instanceof Error ? cause.message : String(cause)}`, { cause });
      });
    });
  }
}

/** The globals of Jest, and of Vitest with `globals: true`. */
export function globalRunner(): TestRunner {
  const { describe, it, expect } = globalThis as Partial<TestRunner>;
  if (describe && it && expect) return { describe, it, expect };
  throw new Error('Expected the globals describe, it and expect: pass them as the third argument, { describe, it, expect }.');
}
