import { byId } from './dom.js';
import { matches } from './filters.js';
import { follow } from './live.js';
import { Newest, ofEvent, ofRow } from './newest.js';
import { Panel } from './panel.js';
import * as questions from './questions.js';

const STATES = { live: 'Live', waiting: 'Connecting…', polling: 'Updated every 5 s', past: 'Not live: the range is over' };
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
  #older = byId('older');
  #cursor;

  constructor(detail, noteNew) {
    this.list = new Newest((event) => void detail.open(event));
    this.noteNew = noteNew;
    this.#older.addEventListener('click', () => void this.#showOlder());
  }

  async show(context) {
    this.context = context;
    const isOver = context.filters.range === 'custom' && context.period.to < Date.now() - 60_000;
    this.#say(isOver ? 'past' : 'waiting');
    await this.#reload();
    if (!isOver) await this.#follow();
  }

  #reload() {
    const { api, filters, period, signal } = this.context;
    return this.#panel.show(
      () => api.query(questions.newest(filters, period), signal),
      ({ result, nextCursor }) => {
        this.list.replace(result.map(ofRow), filters.timezone);
        this.#offerOlder(nextCursor);
      },
    );
  }

  #follow() {
    const { api, filters, signal } = this.context;
    const onState = (state) => {
      this.#say(state);
      // What was stored between the list and the stream.
      if (state === 'live') void this.#poll().catch(() => undefined);
    };
    const onEvent = (event) => matches(filters, event) && this.#add(ofEvent(event));
    return follow(api, `live${paramsOf(filters)}`, {
      onEvent,
      onState,
      poll: () => this.#poll(),
      signal,
    });
  }

  async #poll() {
    const { api, filters, period, signal } = this.context;
    const { result } = await api.query(questions.newest(filters, { from: period.from, to: Date.now() }), signal);
    for (const row of result.toReversed()) this.#add(ofRow(row));
  }

  #add(event) {
    if (this.list.has(event)) return;
    this.list.add(event);
    this.noteNew();
  }

  async #showOlder() {
    const { api, filters, period, signal } = this.context;
    this.#older.disabled = true;
    try {
      const { result, nextCursor } = await api.query(questions.newest(filters, period, this.#cursor), signal);
      this.list.append(result.map(ofRow));
      this.#offerOlder(nextCursor);
    } finally {
      this.#older.disabled = false;
    }
  }

  #offerOlder(cursor) {
    this.#cursor = cursor;
    this.#older.hidden = !cursor;
  }

  #say(state) {
    this.#state.textContent = STATES[state];
    this.#state.dataset.state = state;
  }
}

function paramsOf(filters) {
  const params = new URLSearchParams();
  for (const [name, parameter] of Object.entries(LIVE_FILTERS))
    if (filters[name] !== undefined) params.set(parameter, filters[name]);
  return params.size === 0 ? '' : `?${params}`;
}
