import { byId, fillSelect, fromTemplate, shown } from './dom.js';
import { activeFilters, searchOf, withoutActive } from './filters.js';
import { isTime, localText, ofLocalText, periodOf, rangeFaultOf, unitsOf, VIEWER_ZONE } from './times.js';

const ALL = ['', 'All'];
const UNFIT = { hour: 'Hours are too many', day: 'Days are too many', week: 'Weeks are too long' };
const TIMES = ['from', 'to'];
const TEXTS = ['type', 'user'];

/** The controls of the filters. `change` is called with the filters that they say. */
export class FilterForm {
  #filters;
  #entityTypes = new Set();
  #projects = new Set();

  constructor(change) {
    this.form = byId('filters');
    this.change = change;
    this.zones = [...new Set([VIEWER_ZONE, 'UTC', ...Intl.supportedValuesOf('timeZone')])].map((zone) => [zone, zone]);
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#tell(this.#applied());
    });
    for (const button of document.querySelectorAll('.clear')) {
      button.addEventListener('click', () => this.#tell(withoutActive(this.#filters)));
    }
    // Some controls stand elsewhere on the page, and their events don't pass the form. Fieldsets and buttons have no name.
    for (const control of this.form.elements) if (control.name !== '') this.#listenTo(control);
  }

  show(filters) {
    this.#filters = filters;
    const { elements } = this.form;
    elements.range.value = filters.range;
    const period = periodOf(filters, Date.now());
    this.#showUnits(filters, period);
    this.#showTimes(filters, period);
    for (const name of TEXTS) elements[name].value = filters[name] ?? '';
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

  #listenTo(control) {
    // A field for a time changes with each digit that is typed, and means what it says once it is left.
    const name = TIMES.includes(control.name) ? 'blur' : 'change';
    control.addEventListener(name, () => this.#tell(this.#said(control.name)));
  }

  #tell(filters) {
    if (searchOf(filters) !== searchOf(this.#filters)) this.change(filters);
  }

  #showTimes(filters, period) {
    const fault = rangeFaultOf(filters, period) ?? '';
    byId('custom').hidden = filters.range !== 'custom';
    byId('range-fault').textContent = fault;
    for (const name of TIMES) {
      const { [name]: control } = this.form.elements;
      control.value = localText(period[name], filters.timezone);
      control.setAttribute('aria-invalid', String(fault !== ''));
    }
  }

  #showUnits(filters, period) {
    const units = unitsOf(period);
    for (const radio of this.form.elements.unit) {
      radio.disabled = !units.includes(radio.value);
      radio.parentElement.title = radio.disabled ? `${UNFIT[radio.value]} for this time range` : '';
    }
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
    byId('active').hidden = active.length === 0;
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
    if (TIMES.includes(name)) return { ...this.#filters, unit: '', ...this.#times(true) };
    if (name === 'unit' || name === 'breakdown' || name === 'timezone') return { ...this.#filters, [name]: control.value };
    return { ...this.#filters, [name]: control.value || undefined };
  }

  // What is typed, of all fields at once.
  #applied() {
    const texts = TEXTS.map((name) => [name, this.form.elements[name].value || undefined]);
    const isCustom = this.#filters.range === 'custom';
    return { ...this.#filters, ...Object.fromEntries(texts), ...(isCustom && this.#times(true)) };
  }

  // What is in the fields was shown by the clocks of the zone in force.
  #times(isCustom) {
    const said = (name) => (isCustom ? this.#timeOf(name) : '');
    return { from: said('from'), to: said('to') };
  }

  // Fields show whole seconds: a time that nobody has touched stays as it was.
  #timeOf(name) {
    const { timezone, [name]: kept } = this.#filters;
    const { value } = this.form.elements[name];
    const isKept = isTime(kept) && value === localText(Date.parse(kept), timezone);
    return isKept ? kept : ofLocalText(value, timezone);
  }
}
