import { TestEnvironment } from 'jest-environment-node';
import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Node, where a spec file fails for each promise that was rejected while nobody listened. Jest forgives those that somebody
 * listens to later, and those of tests that are over; a process of a host's would have ended.
 */
export default class UnhandledRejectionEnvironment extends TestEnvironment {
  rejections = [];
  note = (reason) => this.rejections.push(reason);

  async handleTestEvent({ name }, state) {
    if (name === 'setup') process.on('unhandledRejection', this.note);
    if (name !== 'run_finish') return;
    await nextTurn();
    process.off('unhandledRejection', this.note);
    for (const reason of this.rejections) {
      state.unhandledErrors.push(new Error('A promise was rejected while nobody listened', { cause: reason }));
    }
  }
}
