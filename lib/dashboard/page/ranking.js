import { element, fromTemplate, shown } from './dom.js';
import { numberText } from './formats.js';

/**
 * A list of values with bars and counts. `pick` is called with the value that is clicked; where it is undefined for a value,
 * that one is a mere text.
 */
export function ranking(items, pickOf) {
  const list = element('ol', '', { class: 'ranking' });
  const most = Math.max(...items.map(({ count }) => count));
  list.append(...items.map((item) => rowOf(item, item.count / most, pickOf(item.value))));
  return list;
}

function rowOf({ value, count }, share, pick) {
  const row = fromTemplate('rank-row');
  const button = row.firstElementChild;
  row.querySelector('.share').style.width = `${100 * share}%`;
  row.querySelector('.value').textContent = shown(value);
  row.querySelector('.value').classList.toggle('quiet', value === '');
  row.querySelector('.count').textContent = numberText(count);
  if (pick !== undefined) button.addEventListener('click', pick);
  else button.replaceWith(asText(button));
  return row;
}

function asText(button) {
  const text = element('div', '', { class: 'rank' });
  text.append(...button.childNodes);
  return text;
}
