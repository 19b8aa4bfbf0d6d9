const SHOWN_CHARACTERS = 200;

export const byId = (id) => document.getElementById(id);

/** An element with a text and attributes. Texts of events never become markup, addresses or code. */
export function element(name, text = '', attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  return made;
}

/** The first element of a template, anew. */
export function fromTemplate(id) {
  return byId(id).content.firstElementChild.cloneNode(true);
}

/** A value as one reads it in a list. */
export function shown(value) {
  if (value === '') return '(empty)';
  const characters = Array.from(value.slice(0, 2 * SHOWN_CHARACTERS));
  return characters.length <= SHOWN_CHARACTERS ? value : `${characters.slice(0, SHOWN_CHARACTERS).join('')}…`;
}

/** A select with these options, of which the chosen one is there in any case. */
export function fillSelect(select, options, chosen) {
  const known = options.some(([value]) => value === chosen) ? options : [...options, [chosen, shown(chosen)]];
  select.replaceChildren(...known.map(([value, text]) => Object.assign(new Option(text, value), { selected: value === chosen })));
}
