import { setTimeout as delay } from 'node:timers/promises';
import { timeBefore } from '../options/duration.js';
import type { CheckedRule } from '../options/retention/checked-rule.js';
import type { RetentionRules } from '../options/retention/retention-rules.js';
import type { ConversationStore } from '../storage/conversations/conversation.store.js';
import type { ConversationsOfProjects } from '../storage/conversations/stored-conversation.interface.js';
import { Pace } from './pace.js';

/** A conversation is what an event of this type tells of, and is under the same rules. */
export const CONVERSATION = 'conversation';

export interface OldConversationsOptions {
  /** Whether it may begin with another slice. */
  readonly goesOn: () => Promise<boolean>;
  /** Ends pauses. */
  readonly signal: AbortSignal;
  /** Told of each rule how many conversations have gone, or would go. */
  readonly onCount: (rule: CheckedRule, conversations: number) => void;
}

/** A rule, and the conversations whose time is over by it: those of these projects that have not changed since. */
interface Over {
  readonly rule: CheckedRule;
  readonly before: Date;
  readonly among: ConversationsOfProjects;
}

/** The conversations whose time is over by the rules, counted from their last change. */
export class OldConversations {
  private readonly over: readonly Over[];
  private readonly pace = new Pace();

  constructor(
    private readonly store: ConversationStore,
    rules: RetentionRules,
    private readonly options: OldConversationsOptions,
  ) {
    this.over = overBy(rules, new Date());
  }

  async count(): Promise<void> {
    for (const { rule, before, among } of this.over) this.options.onCount(rule, await this.store.countOld(before, among));
  }

  /** Forgets them, slice by slice. Resolves to whether it came to its end. */
  async forget(): Promise<boolean> {
    const { goesOn, signal, onCount } = this.options;
    for (const { rule, before, among } of this.over) {
      for (let isDone = false; !isDone;) {
        if (!(await goesOn())) return false;
        const began = performance.now();
        const purged = await this.store.purge(before, this.pace.size, among);
        onCount(rule, purged.conversations);
        ({ isDone } = purged);
        const pause = this.pace.pauseAfter(performance.now() - began);
        if (!isDone) await delay(pause, undefined, { signal }).catch(() => undefined);
      }
    }
    return true;
  }
}

/** Project by project that a rule names, and at last of all others. */
function overBy(rules: RetentionRules, now: Date): Over[] {
  const exceptProjects = [...new Set(rules.all.flatMap(({ projectId }) => (projectId === undefined ? [] : [projectId])))];
  const byProject = exceptProjects.map((projectId) => ({ rule: rules.ruleOf(CONVERSATION, projectId), among: { projectId } }));
  const all = [...byProject, { rule: rules.ruleOf(CONVERSATION, undefined), among: { exceptProjects } }];
  return all.flatMap(({ rule, among }) => (rule === undefined ? [] : [{ rule, among, before: timeBefore(now, rule.span) }]));
}
