import { ServiceUnavailableException } from '@nestjs/common';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { isUnavailable } from '../../diagnostics/status-of.js';
import type { StoredEvent } from '../../events/event.interface.js';
import type { ErasureRequest, PersonInProject } from '../../storage/erasure.interface.js';
import type { ConversationStore } from '../../storage/conversations/conversation.store.js';
import type { EventEraser } from '../../storage/event-eraser.js';
import { anonymizedEvent } from './anonymized-event.js';

const DELETED_AT_ONCE = 500;
/** How many events are loaded at once, however large they are, and up to which size of them together, in characters, more are. */
const LOADED_AT_ONCE = 50;
const SMALL = 1024 * 1024;
const RETRY_MS = 1_000;
const MAX_TRIES = 30;

/** Where a person's data is. */
export interface PersonalData {
  readonly eraser: EventEraser;
  /** Where the host keeps conversations. */
  readonly conversations?: ConversationStore;
}

/**
 * Carries out a request, slice by slice, until no event of the person is left that was stored before it: the person may go on. A slice
 * is found by the person, and is not found any more when it is done, so who goes on after a crash begins in the same way.
 */
export class ErasureRun {
  constructor(
    private readonly data: PersonalData,
    private readonly request: ErasureRequest,
    private readonly signal: AbortSignal,
  ) {}

  /** Resolves to whether it is done; else another instance has taken it over. Throws where it is aborted or the store stays away. */
  async run(): Promise<boolean> {
    const { id, userKey, projectId, upTo } = this.request;
    if (userKey === null) return true;
    // First, as there is no position among conversations to stop at. Once an event has gone, all that there were have.
    const hasBegun = (await this.patiently(() => this.data.eraser.erasedBy(id))).length > 0;
    // In both modes: what is left of a conversation without what the person has said?
    if (!hasBegun) await this.patiently(async () => this.data.conversations?.eraseOf({ userKey, projectId }));
    for (;;) {
      const projects = await this.patiently(() => this.data.eraser.projectsOf(userKey, { projectId, upTo }));
      if (projects.length === 0) break;
      for (const project of projects) if (!(await this.eraseAll({ userKey, projectId: project, upTo }))) return false;
    }
    const counts = await this.patiently(() => this.data.eraser.erasedBy(id));
    await this.patiently(() => this.data.eraser.requests.finish(id, new Date().toISOString(), counts));
    return true;
  }

  /** Whether this instance is still the one that does it. */
  private async eraseAll(person: PersonInProject): Promise<boolean> {
    for (let erased = Infinity; erased > 0;) {
      if (!(await this.patiently(() => this.data.eraser.requests.beat(this.request.id, this.request.term)))) return false;
      erased = await this.patiently(() => this.eraseSome(person));
      await turn(); // SQLite answers at once: the requests of others would wait for all of it
    }
    return true;
  }

  private async eraseSome(person: PersonInProject): Promise<number> {
    const { id, mode, paths } = this.request;
    if (mode === 'delete') {
      const keys = await this.data.eraser.keysOf(person, DELETED_AT_ONCE);
      await this.data.eraser.erase(keys, id);
      return keys.length;
    }
    const events = await this.loadSome(person);
    await this.data.eraser.anonymize(
      events.map((event) => anonymizedEvent(event, paths)),
      id,
    );
    return events.length;
  }

  /** As many as are changed at once: of small ones many, as each change is a commit or more. */
  private async loadSome(person: PersonInProject): Promise<StoredEvent[]> {
    const { eraser } = this.data;
    const events: StoredEvent[] = [];
    for (let size = 0, most = eraser.anonymizesAtOnce ?? LOADED_AT_ONCE; events.length < most && size < SMALL;) {
      const page = await eraser.eventsOf(person, LOADED_AT_ONCE, events.at(-1));
      events.push(...page);
      if (page.length < LOADED_AT_ONCE) break;
      size += JSON.stringify(page).length;
    }
    return events;
  }

  private async patiently<T>(work: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      if (this.signal.aborted) throw new ServiceUnavailableException('The erasure goes on when the host has started again');
      try {
        return await work();
      } catch (error) {
        if (!isUnavailable(error) || tries === MAX_TRIES) throw error;
        await delay(RETRY_MS, undefined, { signal: this.signal }).catch(() => undefined);
      }
    }
  }
}
