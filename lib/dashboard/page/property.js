import { byId, shown } from './dom.js';
import { isStructure, propertyOf, withProperty } from './filters.js';
import { numberText } from './formats.js';
import { Panel } from './panel.js';
import * as questions from './questions.js';
import { ranking } from './ranking.js';

const DOCUMENTS = ['properties', 'userProperties', 'fields'];
const MAX_KEYS = 100;

/** The top values of one property, chosen among the keys that the events in sight have. */
export class Property {
  #panel = new Panel('property');
  #choice = byId('breakdown');

  constructor(change) {
    this.change = change;
  }

  show(context) {
    return this.#panel.show(
      context,
      async () => {
        const property = await this.#offerKeys(context);
        return property && { property, ...(await this.#values(property, context)) };
      },
      (answer) => this.#render(answer),
    );
  }

  async #offerKeys({ api, filters, period, signal }) {
    const ask = (document) => api.post('property-keys', questions.propertyKeys(document, filters, period), signal);
    const answers = await Promise.all(DOCUMENTS.map(ask));
    const names = answers.map(({ results, counts = [] }, index) => namesOf(DOCUMENTS[index], results, counts));
    const chosen = propertyOf(filters.breakdown) ? filters.breakdown : (names.flat()[0]?.[0] ?? '');
    this.#choice.replaceChildren(...names.map((ofDocument, index) => groupOf(DOCUMENTS[index], ofDocument, chosen)));
    this.#choice.hidden = chosen === '';
    // A key that is chosen stays so, though no event in sight has it.
    if (chosen !== '' && this.#choice.value !== chosen) this.#choice.append(new Option(shown(chosen), chosen, true, true));
    return propertyOf(chosen);
  }

  #values(property, { api, filters, period, signal }) {
    return api.post('property-values', questions.propertyValues(property, filters, period), signal);
  }

  #render(answer) {
    if (answer === undefined) return 'No event in this range has properties.';
    const { property, results, counts = [] } = answer;
    if (results.length === 0) return 'No event in this range has a value of it.';
    const pickOf = (value) =>
      isStructure(value) ? undefined : () => this.change((filters) => withProperty(filters, { ...property, value }));
    this.#panel.body.replaceChildren(
      ranking(
        results.map((value, index) => ({ value, count: counts[index] ?? 0 })),
        pickOf,
      ),
    );
    return undefined;
  }
}

function namesOf(document, results, counts) {
  return results
    .slice(0, MAX_KEYS)
    .map((key, index) => [`${document}.${key}`, `${shown(`${document}.${key}`)} (${numberText(counts[index] ?? 0)})`]);
}

function groupOf(document, names, chosen) {
  const group = window.document.createElement('optgroup');
  group.label = document;
  group.hidden = names.length === 0;
  group.append(...names.map(([name, text]) => new Option(text, name, false, name === chosen)));
  return group;
}
