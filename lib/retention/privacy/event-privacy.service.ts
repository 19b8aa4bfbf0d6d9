import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { StoredEvent } from '../../events/event.interface.js';
import { checkFieldsOf } from '../../options/checks/known-fields.js';
import { typeName } from '../../options/checks/type-name.js';
import type { ErasureMode, ErasureRequest, PersonalChats } from '../../storage/erasure.interface.js';
import type { ConversationStore } from '../../storage/conversations/conversation.store.js';
import type { ConversationPerson } from '../../storage/conversations/stored-conversation.interface.js';
import { EventEraser } from '../../storage/event-eraser.js';
import { checkedPerson } from './checked-person.js';
import type { EraseOptions, ErasureReceipt, Person, PersonalRecord } from './erasure-receipt.interface.js';
import { ErasureRun } from './erasure-run.js';
import { PrivacySettings } from './privacy-settings.js';

/** Few, as each may have megabytes. */
const PAGE = 50;
/** An instance whose beat has not changed for so long has left what it did. */
const ABANDONED_MS = 10_000;
const LOOK_MS = 1_000;
const MODES: readonly unknown[] = ['delete', 'anonymize'] satisfies ErasureMode[];
const NO_CHATS: PersonalChats = { conversations: 0, feedback: 0 };
const NEVER = new AbortController().signal;

/**
 * Gives out and erases what the log has of a person, who is found by `userProperties.userId`, else `id`. Methods throw a `TypeError`
 * for a person or an option that is none, and `ServiceUnavailableException` where the store can't be reached.
 */
@Injectable()
export class EventPrivacyService implements BeforeApplicationShutdown {
  private readonly closing = new AbortController();
  private readonly running = new Set<Promise<unknown>>();

  constructor(
    private readonly eraser: EventEraser,
    private readonly settings: PrivacySettings,
    private readonly conversations: () => ConversationStore | undefined = () => undefined,
  ) {}

  /**
   * Every event of a person as it is stored: project by project, and in each by `createdAt`; then, where the host keeps them, the
   * person's conversations, whole, and feedback, told apart by `record`. What is stored meanwhile may be left out.
   *
   * @example
   * ```ts
   * for await (const one of this.privacy.export({ userId: 'u1', projectId: 'shop' })) file.write(`${JSON.stringify(one)}\n`);
   * ```
   */
  async *export(person: Person): AsyncGenerator<PersonalRecord, void, undefined> {
    const { userKey, among } = checkedPerson(person);
    for (const projectId of await this.eraser.projectsOf(userKey, among)) {
      for (let page: StoredEvent[], last: StoredEvent | undefined; ; last = page[page.length - 1]) {
        page = await this.eraser.eventsOf({ userKey, projectId }, PAGE, last);
        yield* page;
        if (page.length < PAGE) break;
      }
    }
    yield* this.exportChats({ userKey, ...among });
  }

  /**
   * Erases what the log has of a person, and resolves to the receipt when it is done. Without options it deletes, for good. The ids
   * stay erased: sent again, they are 410. What is acknowledged after it has begun is kept, and is for the next request.
   * It is written down before it is begun: what a crash or a shutdown cuts short goes on when a host with this module has started.
   *
   * @example
   * ```ts
   * const { counts } = await this.privacy.erase({ userId: 'u1' }, { mode: 'delete' });
   * ```
   */
  async erase(person: Person, options: EraseOptions = {}, signal: AbortSignal = NEVER): Promise<ErasureReceipt> {
    const { userKey, among } = checkedPerson(person);
    const { mode, dryRun } = checkedOptions(options);
    const startedAt = new Date().toISOString();
    const chats = await this.chatsOf({ userKey, ...among });
    if (dryRun) {
      const counts = [];
      for (const projectId of await this.eraser.projectsOf(userKey, among)) {
        counts.push({ projectId, events: await this.eraser.countOf({ userKey, projectId }) });
      }
      const searched = await this.searched();
      return { id: '', mode, dryRun, counts, ...(chats ?? NO_CHATS), startedAt, finishedAt: new Date().toISOString(), searched };
    }
    const id = randomUUID();
    const paths = mode === 'anonymize' ? this.settings.anonymize : [];
    const request = {
      id,
      mode,
      userKey,
      ...among,
      upTo: await this.eraser.end(),
      paths,
      startedAt,
      finishedAt: null,
      counts: [],
      ...(chats && { chats }),
      term: 1,
      beat: 0,
    };
    await this.eraser.requests.add(request);
    await this.run(request, signal);
    return this.receiptOf(id, signal);
  }

  /** Goes on with what other instances have begun and left. Resolves to the receipts of what it has finished. */
  async resume(signal: AbortSignal = NEVER): Promise<ErasureReceipt[]> {
    const receipts: ErasureReceipt[] = [];
    for (const request of await this.abandoned(signal)) {
      if (!(await this.eraser.requests.claim(request))) continue;
      const claimed = { ...request, term: request.term + 1, beat: 0 };
      if (await this.run(claimed, signal)) receipts.push(await this.receiptOf(request.id, signal));
    }
    return receipts;
  }

  /** The receipts of all that was erased, the oldest first. */
  async receipts(): Promise<ErasureReceipt[]> {
    const searched = await this.searched();
    return (await this.eraser.requests.list('all')).flatMap((request) => receiptOf(request, searched) ?? []);
  }

  /** Ends between two slices, before connections are closed. */
  async beforeApplicationShutdown(): Promise<void> {
    this.closing.abort();
    await Promise.allSettled(this.running);
  }

  private async run(request: ErasureRequest, signal: AbortSignal): Promise<boolean> {
    const data = { eraser: this.eraser, conversations: this.conversations() };
    const running = new ErasureRun(data, request, AbortSignal.any([signal, this.closing.signal])).run();
    this.running.add(running);
    try {
      return await running;
    } finally {
      this.running.delete(running);
    }
  }

  private async searched(): Promise<string[]> {
    return [...(await this.eraser.searched()), ...(this.conversations()?.searched() ?? [])];
  }

  private async *exportChats(person: ConversationPerson): AsyncGenerator<PersonalRecord, void, undefined> {
    const store = this.conversations();
    if (store === undefined) return;
    for (const id of await store.idsOf(person)) {
      const conversation = await store.find(id, {});
      if (conversation !== undefined) yield { record: 'conversation', ...conversation };
    }
    for (const feedback of await store.feedbackOf(person)) yield { record: 'feedback', ...feedback };
  }

  private async chatsOf(person: ConversationPerson): Promise<PersonalChats | undefined> {
    const store = this.conversations();
    if (store === undefined) return undefined;
    const [ids, feedback] = [await store.idsOf(person), await store.feedbackOf(person)];
    return { conversations: ids.length, feedback: feedback.length };
  }

  /** Those that nobody has worked at for a while: by how often their instances have said so, as clocks differ. */
  private async abandoned(signal: AbortSignal): Promise<ErasureRequest[]> {
    const before = await this.eraser.requests.list('open');
    if (before.length === 0) return [];
    await delay(ABANDONED_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return [];
    const isSame = ({ id, term, beat }: ErasureRequest) =>
      before.some((seen) => seen.id === id && seen.term === term && seen.beat === beat);
    return (await this.eraser.requests.list('open')).filter(isSame);
  }

  /** Of a request that is done, or is being done by the instance that has taken it over. */
  private async receiptOf(id: string, signal: AbortSignal): Promise<ErasureReceipt> {
    for (;;) {
      const receipt = (await this.receipts()).find((one) => one.id === id);
      if (receipt !== undefined) return receipt;
      await delay(LOOK_MS, undefined, { signal });
    }
  }
}

function receiptOf({ id, mode, counts, chats = NO_CHATS, startedAt, finishedAt }: ErasureRequest, searched: readonly string[]) {
  return finishedAt === null ? undefined : { id, mode, dryRun: false, counts, ...chats, startedAt, finishedAt, searched };
}

function checkedOptions(options: EraseOptions): Required<EraseOptions> {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`Expected the options of erase() to be { mode, dryRun }, got ${typeName(options)}.`);
  }
  checkFieldsOf(options, ['mode', 'dryRun'], 'the options of erase()');
  const { mode = 'delete', dryRun = false } = options;
  if (!MODES.includes(mode)) {
    const got = typeof mode === 'string' ? `'${String(mode)}'` : typeName(mode);
    throw new TypeError(`Expected \`mode\` to be 'delete' or 'anonymize', got ${got}.`);
  }
  // A text would be true: nothing would be erased, and the receipt taken for one.
  if (typeof dryRun !== 'boolean') throw new TypeError(`Expected \`dryRun\` to be a boolean, got ${typeName(dryRun)}.`);
  return { mode, dryRun };
}
