import { createHash } from 'node:crypto';
import type { Duration } from '../duration.js';
import type { StoredEvent } from '../../events/event.interface.js';
import type { CheckedRule } from './checked-rule.js';
import { shownRule } from './shown-rule.js';

const DAYS_OF_A_MONTH = 30.4;
const DAY_MS = 86_400_000;

/**
 * Which rule an event is under: that of its entity type and its project, else that of its project, else that of its entity type,
 * else that of all. Without one, it is kept for ever.
 */
export class RetentionRules {
  /** Each length of time that a rule has, once, the shortest first. */
  readonly spans: readonly Duration[];
  /** The same for the same rules in any order. */
  readonly digest: string;
  private readonly byTarget = new Map<string, CheckedRule>();

  /** Throws a `TypeError` where two are for the same events. */
  constructor(readonly all: readonly CheckedRule[]) {
    for (const rule of all) {
      const target = targetOf(rule.entityType, rule.projectId);
      if (this.byTarget.has(target))
        throw new TypeError(`Two of \`rules\` are for the same events: ${shownRule(rule, all.length)}.`);
      this.byTarget.set(target, rule);
    }
    const spans = new Map(all.map(({ span }) => [keyOf(span), span]));
    this.spans = [...spans.values()].toSorted((a, b) => aboutDays(a) - aboutDays(b));
    const contents = [...this.byTarget].map(([target, { span }]) => `${target} ${keyOf(span)}`).toSorted();
    this.digest = createHash('sha256').update(contents.join('\n')).digest('hex').slice(0, 16);
  }

  /** The rule for an event, where it says that it is kept for this long. */
  ruleFor({ entityType, projectId }: Pick<StoredEvent, 'entityType' | 'projectId'>, span: Duration): CheckedRule | undefined {
    const rule = this.ruleOf(entityType, projectId);
    return rule && keyOf(rule.span) === keyOf(span) ? rule : undefined;
  }

  /** The rule for what is of an entity type and a project; undefined: of each project that no rule names. */
  ruleOf(entityType: string, projectId: string | null | undefined): CheckedRule | undefined {
    return (
      this.byTarget.get(targetOf(entityType, projectId)) ??
      this.byTarget.get(targetOf(undefined, projectId)) ??
      this.byTarget.get(targetOf(entityType, undefined)) ??
      this.byTarget.get(targetOf(undefined, undefined))
    );
  }

  /** Whether every event is under a rule. */
  get coverAll(): boolean {
    return this.byTarget.has(targetOf(undefined, undefined));
  }

  /** What tells the walk for a span of these rules from all others. */
  nameOf(span: Duration): string {
    return `${this.digest}/${keyOf(span)}`;
  }
}

function targetOf(entityType: string | undefined, projectId: string | null | undefined): string {
  return JSON.stringify([entityType ?? null, projectId === undefined ? [] : projectId]);
}

function keyOf({ months, milliseconds }: Duration): string {
  return `${months}.${milliseconds}`;
}

function aboutDays({ months, milliseconds }: Duration): number {
  return months * DAYS_OF_A_MONTH + milliseconds / DAY_MS;
}
