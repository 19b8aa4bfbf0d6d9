import type { RetentionReport } from './retention-report.interface.js';
import type { RetentionRule } from '../options/retention/retention-rule.interface.js';
import { shownRule } from '../options/retention/shown-rule.js';

/** What is said at boot. */
export function bootLine(rules: readonly RetentionRule[]): string {
  if (rules.length === 0) return 'Retention has no rules: every event is kept';
  const kept = rules.map(shownRule).join(', ');
  return `Retention keeps ${kept}, from their receipt; an id is known for as long as its event is kept, and what comes again later is stored as new`;
}

/** What is said after a run: nothing, where there was nothing to do. */
export function reportLines({ removed, heldBackBy }: RetentionReport): string[] {
  const gone = removed.filter(({ events }) => events > 0);
  const total = gone.reduce((sum, { events }) => sum + events, 0);
  const byRule = gone.map(({ rule, events }) => `${counted(events)} (kept: ${shownRule(rule)})`).join(', ');
  const waiting = heldBackBy.map((name) => `'${name}'`).join(', ');
  return [
    ...(total === 0 ? [] : [`Retention removed ${counted(total)} events: ${byRule}`]),
    ...(waiting === ''
      ? []
      : [
          `Retention holds events back whose time is over, as these consumers have not handled them, or have parked them: ${waiting}`,
        ]),
  ];
}

function counted(events: number): string {
  return events.toLocaleString('en');
}
