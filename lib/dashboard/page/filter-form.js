import { byId, fillSelect, fromTemplate, shown } from './dom.js';
import { activeFilters } from './filters.js';
import { localText, ofLocalText, periodOf, unitsOf, VIEWER_ZONE } from './times.js';

const ALL = ['', 'All'];

/** The controls of the filters. `change` is called with the filters that they say. */
export class FilterForm {
  #filters;
  #entityTypes = new Set();
  #projects = new Set();

  constructor(change) {
    this.form = byId('filters');
    this.change = change;
    this.zones = [...new Set([VIEWER_ZONE, 'UTC', ...Intl.supportedValuesOf('timeZone')])].map((zone) => [zone, zone]);
    this.form.addEventListener('submit', (event) => event.preventDefault());
    // Some controls stand elsewhere on the page, and their events don't pass the form.
    for (const control of this.form.elements) control.addEventListener('change', () => this.change(this.#said(control.name)));
  }

  show(filters) {
    this.#filters = filters;
    const { elements } = this.form;
    elements.range.value = filters.range;
    const period = periodOf(filters, Date.now());
    this.#showUnits(filters, period);
    for (const field of this.form.querySelectorAll('.custom')) field.hidden = filters.range !== 'custom';
    for (const name of ['from', 'to']) elements[name].value = localText(period[name], filters.timezone);
    for (const name of ['type', 'user']) elements[name].value = filters[name] ?? '';
    fillSelect(elements.timezone, this.zones, filters.timezone);
    this.#showChoices();
    this.#showChips();
  }

  offerEntityTypes(types) {
    for (const type of types) this.#entityTypes.add(type);
    this.#showChoices();
  }

  offerTypes(types) {
    byId('types').replaceChildren(...types.map((type) => new Option('', type)));
  }

  /** A key of one project has nothing to choose among. */
  offerProjects(projects) {
    for (const project of projects) this.#projects.add(project);
    byId('project-field').hidden = this.#projects.size < 2;
    this.#showChoices();
  }

  #showUnits(filters, period) {
    const units = unitsOf(period);
    for (const radio of this.form.elements.unit) radio.disabled = !units.includes(radio.value);
    this.form.elements.unit.value = units.includes(filters.unit) ? filters.unit : units[0];
  }

  #showChoices() {
    const { entityType, projectId } = this.#filters;
    const options = (values) => [ALL, ...[...values].sort().map((value) => [value, shown(value)])];
    fillSelect(this.form.elements.entityType, options(this.#entityTypes), entityType ?? '');
    fillSelect(this.form.elements.projectId, options(this.#projects), projectId ?? '');
  }

  #showChips() {
    const active = activeFilters(this.#filters);
    byId('chips').hidden = active.length === 0;
    byId('chips').replaceChildren(...active.map((filter) => this.#chipOf(filter)));
  }

  #chipOf({ text, without }) {
    const chip = fromTemplate('chip');
    chip.querySelector('bdi').textContent = shown(text);
    chip.firstElementChild.setAttribute('aria-label', `Remove the filter ${shown(text)}`);
    chip.firstElementChild.addEventListener('click', () => this.change(without));
    return chip;
  }

  #said(name) {
    const { [name]: control } = this.form.elements;
    if (name === 'range') return { ...this.#filters, range: control.value, unit: '', ...this.#times(control.value === 'custom') };
    if (name === 'from' || name === 'to') return { ...this.#filters, unit: '', ...this.#times(true) };
    if (name === 'unit' || name === 'breakdown' || name === 'timezone') return { ...this.#filters, [name]: control.value };
    return { ...this.#filters, [name]: control.value || undefined };
  }

  // What is in the fields was shown by the clocks of the zone in force.
  #times(isCustom) {
    const said = (name) => (isCustom ? ofLocalText(this.form.elements[name].value, this.#filters.timezone) : '');
    return { from: said('from'), to: said('to') };
  }
}
