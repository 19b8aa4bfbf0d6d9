import { setTimeout as delay } from 'node:timers/promises';
import type { ContractCase } from '../contract-case.js';
import { statusOf } from '../../diagnostics/status-of.js';
import type { EventRepositoryFixture } from './event-repository.case.js';
import { newEvent } from './events.js';
import { expectStored } from './expectations.js';
import { insertPatiently } from './insert-patiently.js';

const TIMEOUT_MS = 500;
/** With room for a busy machine, and less than stores wait by themselves. */
const ANSWERS_WITHIN_MS = 4_000;

export interface StallingFixture extends EventRepositoryFixture {
  readonly stall: () => Promise<() => Promise<void>>;
}

/** For stores that a test can make hang. */
export const TIME_LIMIT: readonly ContractCase<StallingFixture>[] = [
  {
    title: 'gives up with ServiceUnavailableException after `timeoutMs`, and stores the event later',
    rule: 'insert() must give up with ServiceUnavailableException after `timeoutMs`: the next events wait for it.',
    async run({ repository, stall, expect }) {
      const event = newEvent();
      await repository.insert([newEvent()]);
      const release = await stall();
      try {
        const outcome = repository.insert([event], TIMEOUT_MS).then(() => 'stored', statusOf);
        expect(await Promise.race([outcome, delay(ANSWERS_WITHIN_MS, 'still waiting', { ref: false })])).toBe(503);
      } finally {
        await release();
      }
      await insertPatiently(repository, [event]);
      await expectStored({ repository, expect }, [event]);
    },
  },
];
