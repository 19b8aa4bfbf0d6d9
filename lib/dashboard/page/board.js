import { Detail } from './detail.js';
import { byId } from './dom.js';
import { download } from './exports.js';
import { FilterForm } from './filter-form.js';
import { filtersOf, searchOf } from './filters.js';
import { FirstEvent } from './first-event.js';
import { NewestEvents } from './newest-events.js';
import { OverTime } from './over-time.js';
import { Outage } from './outage.js';
import { People } from './people.js';
import { Property } from './property.js';
import * as questions from './questions.js';
import { periodOf, rangeFaultOf, unitsOf } from './times.js';
import { TopList } from './top-list.js';
import { Totals } from './totals.js';

const REFRESH_MS = 60_000;

/** All that is shown with a key: the filters, which stand in the URL, and what the events that they mean look like. */
export class Board {
  #api;
  #filters;
  #loading = new AbortController();
  #isStale = false;

  constructor(events, refuse) {
    const change = (next) => this.#change(next);
    const filter = (ofFilters) => change(ofFilters(this.#filters));
    this.refuse = refuse;
    this.form = new FilterForm(change);
    this.outage = new Outage(() => this.#load());
    this.firstEvent = new FirstEvent(events);
    this.overTime = new OverTime(filter);
    this.totals = new Totals(filter);
    this.types = new TopList('top-types', { field: 'type' }, filter);
    this.searches = new TopList(
      'top-searches',
      { field: 'searchQuery', conditions: questions.SEARCHES, nothing: 'No searches in this time range.' },
      filter,
    );
    this.failed = new TopList(
      'failed-searches',
      { field: 'searchQuery', conditions: questions.FAILED_SEARCHES, nothing: 'No search without results in this time range.' },
      filter,
    );
    this.property = new Property(filter);
    this.people = new People();
    this.newest = new NewestEvents(new Detail({ load: (event) => this.#whole(event), filter }), {
      noteNew: () => this.#noteNew(),
      noteBack: () => this.outage.isOn && this.#loadFigures(),
      fail: (error) => this.#fail(error),
    });
    this.#listen();
  }

  open(api, isEmpty) {
    this.#api = api;
    this.firstEvent.show(isEmpty);
    this.#filters = filtersOf(location.search);
    this.#load();
  }

  /** Stops all that runs, and forgets what it has shown with a key. */
  close() {
    this.#loading.abort();
    this.#api = undefined;
  }

  #listen() {
    byId('refresh').addEventListener('click', () => this.#load());
    for (const button of document.querySelectorAll('.export')) {
      button.addEventListener('click', () => void this.#export(button.dataset.format).catch(this.refuse));
    }
    addEventListener('popstate', () => this.#api && this.open(this.#api, false));
    setInterval(() => this.#isBehind && !document.hidden && this.#loadFigures(), REFRESH_MS);
  }

  #change(filters) {
    history.pushState(undefined, '', `${location.pathname}${searchOf(filters)}`);
    this.#filters = filters;
    this.#load();
  }

  #load() {
    this.#loading.abort();
    this.#loading = new AbortController();
    this.form.show(this.#filters);
    this.#markFault();
    if (this.#isFaulty) return this.newest.rest();
    this.#loadFigures();
    this.newest.show(this.#context()).catch((error) => this.#fail(error));
  }

  get #isFaulty() {
    return rangeFaultOf(this.#filters, this.#context().period) !== undefined;
  }

  // What is shown is of other filters until the range is mended.
  #markFault() {
    byId('board').toggleAttribute('data-faulty', this.#isFaulty);
    for (const button of document.querySelectorAll('.export')) button.disabled = this.#isFaulty;
  }

  /** Whether there may be other figures than those that are shown. */
  get #isBehind() {
    return this.#api !== undefined && !this.#isFaulty && (this.#isStale || this.outage.isOn);
  }

  #loadFigures() {
    this.#isStale = false;
    const context = this.#context();
    const loads = [
      this.totals.show(context),
      this.overTime.show(context),
      this.types.show(context, (types) => this.form.offerTypes(types)),
      this.searches.show(context),
      this.failed.show(context),
      this.property.show(context),
      this.people.show(context),
      this.#offerChoices(context),
    ];
    for (const load of loads) load.catch((error) => this.#fail(error));
    void this.outage.watch(loads);
  }

  #context() {
    const period = periodOf(this.#filters, Date.now());
    const units = unitsOf(period);
    const unit = units.includes(this.#filters.unit) ? this.#filters.unit : units[0];
    return { api: this.#api, filters: this.#filters, period, unit, outage: this.outage, signal: this.#loading.signal };
  }

  async #offerChoices({ api, period, signal }) {
    const { result } = await api.query(questions.choices(period), signal);
    this.form.offerEntityTypes(textsOf(result, 'eventType'));
    this.form.offerProjects(textsOf(result, 'projectId'));
  }

  #whole({ id, projectId }) {
    const project = projectId === null ? '' : `?${new URLSearchParams({ projectId })}`;
    return this.#api.get(`events/${encodeURIComponent(id)}${project}`, this.#loading.signal);
  }

  #export(format) {
    const { filters, period } = this.#context();
    return download(this.#api, format, questions.exported(filters, period));
  }

  // The first event of all is shown at once, the figures of others once a minute.
  #noteNew() {
    this.#isStale = true;
    if (this.firstEvent.hide()) this.#loadFigures();
  }

  // What fails elsewhere is said where it was to be shown.
  #fail(error) {
    if (error.isOfKey && this.#api !== undefined) this.refuse(error);
  }
}

function textsOf(rows, field) {
  return rows.map(({ [field]: value }) => value).filter((value) => typeof value === 'string');
}
