import { wordsOf } from './api.js';
import { byId } from './dom.js';
import { matches, noneText } from './filters.js';
import { follow } from './live.js';
import { Newest, ofEvent, ofRow } from './newest.js';
import { Panel } from './panel.js';
import * as questions from './questions.js';

const STATES = {
  live: 'Live',
  waiting: 'Connecting…',
  polling: 'Updated every 5 s',
  past: 'Not live: the range is over',
  resting: 'Not live: the time range needs mending',
};
const RESTS = ['past', 'resting'];
const LIVE_FILTERS = {
  entityType: 'entityType',
  type: 'type',
  projectId: 'projectId',
  integrationId: 'integrationId',
  user: 'userId',
};

/** The newest events and those that are stored from now on. */
export class NewestEvents {
  #panel = new Panel('newest');
  #state = byId('live-state');
  #pause = byId('pause');
  #older = byId('older');
  #olderState = byId('older-state');
  #cursor;
  #none = byId('no-events');
  #connection;
  #isListed = false;

  constructor(detail, { noteNew, noteBack, fail }) {
    this.list = new Newest(
      (event) => void detail.open(event),
      () => this.#tellState(),
    );
    Object.assign(this, { noteNew, noteBack });
    this.#older.addEventListener('click', () => void this.#showOlder().catch(fail));
  }

  async show(context) {
    this.context = context;
    const isOver = context.filters.range === 'custom' && context.period.to < Date.now() - 60_000;
    this.#say(isOver ? 'past' : 'waiting');
    await this.#reload();
    if (!isOver) await this.#follow();
  }

  /** Follows nothing, as where the filters mean no time. */
  rest() {
    this.#say('resting');
  }

  #reload() {
    this.#isListed = false;
    const { api, filters, period, signal } = this.context;
    return this.#panel.show(
      this.context,
      () => api.query(questions.newest(filters, period), signal),
      ({ result, nextCursor }) => {
        this.#isListed = true;
        this.list.replace(result.map(ofRow), filters.timezone);
        this.#offerOlder(nextCursor);
        this.#none.hidden = result.length > 0;
        this.#none.firstElementChild.textContent = noneText(filters);
      },
    );
  }

  #follow() {
    const { api, filters, signal } = this.context;
    const onState = (state) => {
      const isBack = this.#connection === 'waiting' && state !== 'waiting';
      this.#say(state);
      if (isBack) void this.#catchUp().catch(() => undefined);
    };
    const onEvent = (event) => matches(filters, event) && this.#add(ofEvent(event));
    return follow(api, `live${paramsOf(filters)}`, {
      onEvent,
      onState,
      poll: () => this.#poll(),
      signal,
    });
  }

  // What was stored between the list and the stream, or all of it where the list could not be had.
  #catchUp() {
    this.noteBack();
    if (this.#isListed) return this.#poll();
    this.context = { ...this.context, period: this.#periodUntilNow() };
    return this.#reload();
  }

  async #poll() {
    const { api, filters, signal } = this.context;
    const { result } = await api.query(questions.newest(filters, this.#periodUntilNow()), signal);
    for (const row of result.toReversed()) this.#add(ofRow(row));
  }

  // A range may begin in the future, and none may end before it begins.
  #periodUntilNow() {
    const { period } = this.context;
    return { ...period, to: Math.max(Date.now(), period.from + 1) };
  }

  #add(event) {
    if (this.list.has(event)) return;
    this.#none.hidden = true;
    this.list.add(event);
    this.noteNew();
  }

  async #showOlder() {
    const { api, filters, period, signal } = this.context;
    this.#older.disabled = true;
    this.#olderState.textContent = '';
    try {
      const { result, nextCursor } = await api.query(questions.newest(filters, period, this.#cursor), signal);
      this.#offerOlder(nextCursor);
      this.list.appendAndGoTo(result.map(ofRow));
    } catch (error) {
      if (error.isOfKey) throw error;
      if (error.name !== 'AbortError') this.#olderState.textContent = wordsOf(error);
    } finally {
      this.#older.disabled = false;
    }
  }

  #offerOlder(cursor) {
    this.#cursor = cursor;
    this.#older.hidden = !cursor;
    this.#olderState.textContent = '';
  }

  #say(state) {
    this.#connection = state;
    this.#pause.hidden = RESTS.includes(state);
    this.#tellState();
  }

  #tellState() {
    const held = RESTS.includes(this.#connection) ? undefined : this.list.hold.label;
    this.#state.textContent = held ?? STATES[this.#connection];
    this.#state.dataset.state = held === undefined ? this.#connection : 'held';
  }
}

function paramsOf(filters) {
  const params = new URLSearchParams();
  for (const [name, parameter] of Object.entries(LIVE_FILTERS))
    if (filters[name] !== undefined) params.set(parameter, filters[name]);
  return params.size === 0 ? '' : `?${params}`;
}
