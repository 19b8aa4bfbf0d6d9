import type { JsonValue } from '../../events/event.interface.js';
import type { EventRepositoryCase } from './event-repository.case.js';
import { expectJsonKept } from './expectations.js';

export const JSON_CASES: readonly EventRepositoryCase[] = [
  {
    title: 'keeps numbers exactly',
    rule: 'Numbers of free-form JSON must come back as the same IEEE double.',
    run: (fixture) =>
      expectJsonKept(fixture, {
        numbers: [0, 1, -1, 0.1, 1 / 3, 1e21, 1e300, 5e-324, 1.7976931348623157e308, 2 ** 53, -(2 ** 53) + 1, 1e-7],
      }),
  },
  {
    title: 'keeps keys that objects of JavaScript have by themselves',
    rule: '`__proto__`, `constructor` and the like must be kept as ordinary keys of free-form JSON, and pollute nothing.',
    async run(fixture) {
      const keys = '"__proto__":{"a":1},"constructor":{"prototype":{"b":2}},"toString":3,"hasOwnProperty":null,"length":[4],"":5';
      await expectJsonKept(fixture, JSON.parse(`{${keys},"7":6,"nested":{${keys}},"list":[{${keys}}]}`));
      fixture.expect(({} as { a?: unknown }).a).toBe(undefined);
    },
  },
  {
    title: 'keeps the order of keys',
    rule: 'Keys of free-form JSON must come back in their order: what is found is compared as JSON text.',
    run: (fixture) => expectJsonKept(fixture, { b: 1, a: { z: 1, y: [{ d: 1, c: 2 }], aa: 3 }, B: 2, ab: 3 }),
  },
  {
    title: 'keeps JSON of 64 levels',
    rule: 'Free-form JSON of 64 levels must be kept: less is what some databases take.',
    async run(fixture) {
      let value: JsonValue = 'deepest';
      for (let level = 0; level < 64; level++) value = level % 2 ? [value] : { level: value };
      await expectJsonKept(fixture, { value });
    },
  },
  {
    title: 'keeps a text of 2 MiB',
    rule: 'Free-form JSON of 2 MiB must come back whole.',
    run: (fixture) => expectJsonKept(fixture, { text: 'x'.repeat(2 * 1024 * 1024 - 256) }),
  },
  {
    title: 'keeps 180,000 keys',
    rule: 'Free-form JSON of 180,000 keys must come back whole.',
    run: (fixture) => expectJsonKept(fixture, Object.fromEntries(Array.from({ length: 180_000 }, (_, n) => [`k${n}`, n]))),
  },
];
