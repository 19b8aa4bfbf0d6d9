import type { Citus, DistributionPlan } from './citus-database.js';
import type { Command } from './command.interface.js';
import { confirm } from './confirm.js';
import { EXIT, Failure } from './failure.js';
import { textTable } from './text-table.js';

const distribute: Command<Citus> = {
  summary: 'distribute the table of events by project over the nodes of Citus, and copy the keys to each',
  usage: '[options]',
  details: `  --dry-run             show the statements and how large the tables are, and change nothing
  --yes                 do not ask

Stop the instances first, and start them again when it is done: they look at boot how the table is kept. Nothing is written
while its rows are moved. It runs on the coordinator, to which all instances must connect.

`,
  required: [],
  optional: ['dry-run', 'yes'],
  prepare: (values) => async (citus, terminal) => {
    const plan = await citus.plan();
    if (plan.steps.length === 0) throw new Failure(EXIT.failed, 'The events are distributed by project already.');
    const warning =
      plan.otherConnections === 0 ? undefined : `other connections to the database are open: ${plan.otherConnections}.`;
    if (values['dry-run'] === true) return { result: plan, text: shown(plan), warning };
    if (values.yes !== true) await confirm(`${shown(plan)}Distribute them?`, 'Nothing was changed.', terminal);
    await citus.run(plan);
    return { result: plan, text: 'The events are distributed by project: start the instances.\n', warning };
  },
};

export const CITUS_COMMANDS: Record<string, Command<Citus>> = { distribute };

function shown({ tables, nodes, steps }: DistributionPlan): string {
  const sizes = tables.map(({ name, rows, bytes }) => [name, String(rows), String(bytes)]);
  const statements = steps.map(({ sql }) => `${sql};\n`).join('');
  return `Nodes that take shards: ${nodes}.\n\n${textTable([['TABLE', 'ROWS, ABOUT', 'BYTES'], ...sizes])}\n${statements}`;
}
