import { parseArgs } from 'node:util';
import { EVENTS } from './events.js';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: String(EVENTS) },
    engine: { type: 'string', default: 'postgres,sqlite' },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log('npm run bench:reading [-- --events 1000000 --engine postgres,sqlite --quick]');
  process.exit();
}

/** What is measured, and how often; `--quick` takes about seven minutes on a machine that has nothing else to do. */
export const PLAN = {
  events: Number(values.events),
  engines: values.engine.split(','),
  rounds: values.quick ? 3 : 7,
  writerRounds: values.quick ? 1 : 2,
};
