import { LogLine } from '../diagnostics/log-line.js';
import { shownCounts, totalOf } from './removed-counts.js';
import type { RetentionReport } from './retention-report.interface.js';
import type { RetentionRule } from '../options/retention/retention-rule.interface.js';
import { shownRule } from '../options/retention/shown-rule.js';

/** What is said at boot, by a host that keeps conversations as well, or none. */
export function bootLine(rules: readonly RetentionRule[], hasConversations: boolean): string {
  if (rules.length === 0) return `Retention has no rules: every event${hasConversations ? ' and conversation' : ''} is kept`;
  const kept = rules.map((rule) => shownRule(rule, rules.length)).join(', ');
  const conversations = hasConversations
    ? "; conversations are kept as events of type 'conversation', from their last change"
    : '';
  return `Retention keeps ${kept}, from their receipt; an id is known for as long as its event is kept, and what comes again later is stored as new${conversations}`;
}

/** What is said after a run: nothing, where there was nothing to do. */
export function reportLines({ removed, droppedDays = [], heldBackBy }: RetentionReport): LogLine[] {
  const gone = removed.filter(({ events, conversations = 0 }) => events + conversations > 0);
  const byRule = gone
    .map(({ rule, ...counts }) => `${shownCounts(counts)} (kept: ${shownRule(rule, removed.length)})`)
    .join(', ');
  const waiting = heldBackBy.map((name) => `'${name}'`).join(', ');
  const lines: LogLine[] = [];
  if (droppedDays.length > 0) {
    const days = droppedDays
      .map(({ until, events }) => `about ${events.toLocaleString('en')} of before ${until.slice(0, 10)}`)
      .join(', ');
    lines.push(
      new LogLine('Retention dropped whole days of events', { days }, `Retention dropped whole days of events: ${days}`),
    );
  }
  if (gone.length > 0) {
    const { events: count, conversations } = totalOf(removed);
    const fields = { count, ...(conversations !== undefined && { conversations }), rules: byRule };
    const text = `Retention removed ${shownCounts({ events: count, conversations })}: ${byRule}`;
    lines.push(new LogLine('Retention removed events', fields, text));
  }
  if (waiting !== '') {
    const message =
      'Retention holds events back whose time is over, as these consumers have not handled them, or have parked them';
    lines.push(new LogLine(message, { consumers: waiting }, `${message}: ${waiting}`));
  }
  return lines;
}
