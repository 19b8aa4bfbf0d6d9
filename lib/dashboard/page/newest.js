import { aboutOf } from './about.js';
import { byId, fromTemplate, shown } from './dom.js';
import { numberText, timeText } from './formats.js';
import { userOf } from './filters.js';
import { Hold } from './hold.js';

const MAX_ROWS = 500;
const DRAW_MS = 250;

/** The list of events, newest on top. What arrives while one reads in it is held back, so that it does not move away. */
export class Newest {
  #rows = new Map();
  #held = [];
  #timer;
  #announced = 0;

  /** `open` is called with the event that is clicked, `tellHold` with what to tell where new events are held back. */
  constructor(open, tellHold) {
    this.list = byId('events');
    this.heldButton = byId('held');
    this.open = open;
    this.hold = new Hold(this.list, () => {
      tellHold(this.hold.label);
      this.#drawSoon();
    });
    this.heldButton.addEventListener('click', () => {
      this.hold.release();
      this.#flush();
    });
  }

  /** Shows these events and no other. */
  replace(events, timezone) {
    this.timezone = timezone;
    this.#held = [];
    this.#rows.clear();
    this.list.replaceChildren();
    this.append(events);
    this.#tellHeld();
  }

  has(event) {
    return this.#rows.has(keyOf(event)) || this.#held.some((held) => keyOf(held) === keyOf(event));
  }

  append(events) {
    const rows = events.map((event) => this.#rowOf(event)).filter(Boolean);
    this.list.append(...rows);
    return rows;
  }

  /** Appends these and goes to the first of them, as they would come in out of sight. */
  appendAndGoTo(events) {
    const [first] = this.append(events);
    first?.firstElementChild.focus({ preventScroll: true });
    first?.scrollIntoView({ block: 'nearest' });
  }

  /** Puts an event on top, or many at once where many arrive. */
  add(event) {
    this.#held.push(event);
    if (this.#held.length > MAX_ROWS) this.#held.shift();
    this.#drawSoon();
  }

  #drawSoon() {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.hold.isOn) this.#tellHeld();
      else if (this.#held.length > 0) this.#flush();
    }, DRAW_MS);
  }

  #flush() {
    const rows = this.#held
      .splice(0)
      .reverse()
      .map((event) => this.#rowOf(event, 'fresh'))
      .filter(Boolean);
    this.list.prepend(...rows);
    while (this.list.children.length > MAX_ROWS) this.#forget(this.list.lastElementChild);
    this.list.scrollTop = 0;
    this.#tellHeld();
    this.#announce(rows.length);
  }

  #forget(row) {
    this.#rows.delete(row.dataset.key);
    row.remove();
  }

  #tellHeld() {
    this.heldButton.hidden = this.#held.length === 0;
    this.heldButton.textContent = `Show ${numberText(this.#held.length)} new`;
  }

  // A reader of the screen is told now and then, not of each event.
  #announce(count) {
    if (count === 0 || performance.now() - this.#announced < 5_000) return;
    this.#announced = performance.now();
    byId('announcer').textContent = count === 1 ? 'A new event' : `${numberText(count)} new events`;
  }

  #rowOf(event, className = '') {
    const key = keyOf(event);
    if (this.#rows.has(key)) return undefined;
    const row = fromTemplate('event-row');
    row.className = className;
    row.dataset.key = key;
    this.#rows.set(key, event);
    const texts = {
      time: timeText(event.createdAt, this.timezone),
      '.entity': event.entityType,
      '.type': event.type,
      '.subject': event.subject ?? '',
      '.user': event.user ?? '',
    };
    for (const [selector, text] of Object.entries(texts)) row.querySelector(selector).textContent = shown(text || ' ').trim();
    row.querySelector('time').dateTime = event.createdAt;
    row.firstElementChild.addEventListener('click', () => this.open(event));
    return row;
  }
}

// An id is one event of its project.
function keyOf({ projectId, id }) {
  return JSON.stringify([projectId, id]);
}

/** An event as the list shows it, of a row of a query. */
export function ofRow(row) {
  const { id, createdAt, eventType: entityType, type, projectId = null, userKey, fields } = row;
  return { id, createdAt, entityType, type, projectId, subject: aboutOf(row, fields), user: userKey };
}

/** The same of a whole event, where the fields of the host's own stand beside the others. */
export function ofEvent(event) {
  const { id, createdAt, entityType, type, projectId = null } = event;
  return { id, createdAt, entityType, type, projectId, subject: aboutOf(event, event), user: userOf(event), whole: event };
}
