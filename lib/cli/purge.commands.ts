import { type CheckedRule, checkedSpan } from '../options/retention/checked-rule.js';
import { shownCounts, totalOf } from '../retention/removed-counts.js';
import type { DroppedDays, RetentionReport } from '../retention/retention-report.interface.js';
import type { Command } from './command.interface.js';
import { confirm } from './confirm.js';
import { EXIT, Failure } from './failure.js';
import type { Values } from './options.js';
import { progressOf } from './progress.js';
import type { Purge } from './purge-database.js';

const purging: Command<Purge> = {
  summary: 'remove events that were received long ago, and old conversations',
  usage: '--older-than <duration> [options]',
  details: `  --older-than <duration>  12h, 90d, 12w, 6mo, 2y or ISO 8601, counted from when an event was received
                           and from when a conversation last changed
  --entity-type <name>     only events of this entity type; conversations go with those of 'conversation'
  --project <id>           only events and conversations of this project
  --ignore-consumers       also what a consumer or a webhook has not handled yet
  --dry-run                count, and remove nothing
  --yes                    do not ask
`,
  required: ['older-than'],
  optional: ['entity-type', 'project', 'ignore-consumers', 'dry-run', 'yes'],
  prepare(values) {
    const rule = ruleOf(values);
    const ignoreConsumers = values['ignore-consumers'] === true;
    return async (purge, terminal) => {
      const found = await purge(rule, { isDry: true, ignoreConsumers });
      if (values['dry-run'] === true) return { result: found, text: `${shownOf(found)} would go.\n${heldBack(found)}` };
      const count = countOf(found);
      const isAny = count > 0 || daysOf(found).length > 0;
      if (values.yes !== true && isAny) await confirm(`Remove ${shownOf(found)} for good?`, 'Nothing was removed.', terminal);
      const progress = await progressOf(terminal.isShown, () => Promise.resolve(count));
      try {
        const report = await purge(rule, { isDry: false, ignoreConsumers, onProgress: (done) => progress.update(done) });
        return { result: report, text: `${shownOf(report)} were removed.\n${heldBack(report)}` };
      } finally {
        progress.stop();
      }
    };
  },
};

export const PURGE_COMMANDS: Record<string, Command<Purge>> = { purge: purging };

function ruleOf({ 'older-than': keepFor = '', 'entity-type': entityTypes = [], project: projectId }: Values): CheckedRule {
  const [entityType, ...others] = entityTypes;
  if (others.length > 0) throw new Failure(EXIT.usage, '--entity-type may be given once: purge one after the other.');
  try {
    return { keepFor, span: checkedSpan(keepFor, '--older-than'), entityType, projectId };
  } catch (error) {
    throw new Failure(EXIT.usage, (error as Error).message);
  }
}

function countOf(report: RetentionReport): number {
  const { events, conversations = 0 } = totalOf(report.removed);
  return eventsOf(daysOf(report)) + events + conversations;
}

function shownOf(report: RetentionReport): string {
  const others = shownCounts(totalOf(report.removed));
  const days = daysOf(report);
  return days.length === 0
    ? others
    : `${days.length} whole days of about ${shownCounts({ events: eventsOf(days) })} and ${others}`;
}

function daysOf({ droppedDays = [] }: RetentionReport): readonly DroppedDays[] {
  return droppedDays;
}

function eventsOf(days: readonly DroppedDays[]): number {
  return days.reduce((sum, { events }) => sum + events, 0);
}

function heldBack({ heldBackBy }: RetentionReport): string {
  const names = heldBackBy.map((name) => `'${name}'`).join(', ');
  return names === '' ? '' : `Others stay, as they are not handled by ${names} yet; --ignore-consumers takes them, too.\n`;
}
