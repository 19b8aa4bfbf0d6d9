import { LogLine } from '../diagnostics/log-line.js';
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
export function reportLines({ removed, heldBackBy }: RetentionReport): LogLine[] {
  const gone = removed.filter(({ events }) => events > 0);
  const total = gone.reduce((sum, { events }) => sum + events, 0);
  const byRule = gone.map(({ rule, events }) => `${counted(events)} (kept: ${shownRule(rule)})`).join(', ');
  const waiting = heldBackBy.map((name) => `'${name}'`).join(', ');
  const lines: LogLine[] = [];
  if (total > 0) {
    const text = `Retention removed ${counted(total)} events: ${byRule}`;
    lines.push(new LogLine('Retention removed events', { count: total, rules: byRule }, text));
  }
  if (waiting !== '') {
    const message =
      'Retention holds events back whose time is over, as these consumers have not handled them, or have parked them';
    lines.push(new LogLine(message, { consumers: waiting }, `${message}: ${waiting}`));
  }
  return lines;
}

function counted(events: number): string {
  return events.toLocaleString('en');
}
