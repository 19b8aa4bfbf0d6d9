import { COMMON } from './about.js';
import { copyOnClick } from './copy.js';
import { byId, fromTemplate, shown } from './dom.js';
import { wordsOf } from './api.js';
import { documentOf, textAt, userOf, withProperty } from './filters.js';

const MAX_VALUES = 40;
const USER_KEYS = ['id', 'userId'];
/** Marks of direction and other characters that can't be seen; JSON has escapes for them. */
const INVISIBLE = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** The whole of an event, and what one can filter by. */
export class Detail {
  constructor({ load, filter }) {
    this.dialog = byId('detail');
    this.load = load;
    this.filter = filter;
    byId('close-detail').addEventListener('click', () => this.dialog.close());
    copyOnClick(byId('copy-json'), byId('json'));
    this.dialog.addEventListener('click', ({ target }) => target === this.dialog && this.dialog.close());
  }

  async open(event) {
    byId('detail-title').textContent = shown(event.type);
    byId('detail-values').replaceChildren();
    byId('json').textContent = 'Loading…';
    this.dialog.showModal();
    try {
      this.#show(event.whole ?? (await this.load(event)));
    } catch (error) {
      byId('json').textContent = error.status === 404 ? 'This event is not there any more.' : wordsOf(error);
    }
  }

  #show(event) {
    byId('json').textContent = JSON.stringify(event, null, 2).replace(INVISIBLE, escaped);
    byId('detail-values').replaceChildren(
      ...choicesOf(event)
        .slice(0, MAX_VALUES)
        .map((choice) => this.#chipOf(choice)),
    );
  }

  #chipOf({ text, change }) {
    const chip = fromTemplate('chip');
    chip.querySelector('bdi').textContent = shown(text);
    chip.querySelector('[aria-hidden]').remove();
    chip.firstElementChild.addEventListener('click', () => {
      this.dialog.close();
      this.filter(change);
    });
    return chip;
  }
}

function escaped(character) {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function choicesOf(event) {
  const ofFields = ['entityType', 'type', 'projectId', 'integrationId', 'searchQuery']
    .filter((name) => typeof event[name] === 'string')
    .map((name) => ({ text: `${name}: ${event[name]}`, change: (filters) => ({ ...filters, [name]: event[name] }) }));
  const user = userOf(event);
  const ofUser = user === undefined ? [] : [{ text: `user: ${user}`, change: (filters) => ({ ...filters, user }) }];
  return [
    ...ofFields,
    ...ofUser,
    ...['properties', 'userProperties', 'fields'].flatMap((document) => choicesIn(event, document)),
  ];
}

function choicesIn(event, document) {
  const object = documentOf(event, document) ?? {};
  const others = { fields: COMMON, userProperties: USER_KEYS, properties: [] }[document];
  const keys = Object.keys(object).filter((key) => !others.includes(key));
  return keys
    .filter((key) => ['string', 'number', 'boolean'].includes(typeof object[key]))
    .map((key) => ({ document, key, value: textAt(object, key) }))
    .map((property) => ({
      text: `${document}.${property.key}: ${property.value}`,
      change: (filters) => withProperty(filters, property),
    }));
}
