import { isZone, RANGES, VIEWER_ZONE } from './times.js';

/** The filters that are about one field: the name in the URL, and the field in a query. */
const FIELDS = {
  user: 'userKey',
  entityType: 'eventType',
  type: 'type',
  projectId: 'projectId',
  integrationId: 'integrationId',
  searchQuery: 'searchQuery',
};
const TEXTS = Object.keys(FIELDS);
const DOCUMENTS = ['properties', 'userProperties', 'fields'];
const DEFAULTS = { range: '7d', unit: '', from: '', to: '', breakdown: '' };

/** The filters that an URL says. A property stands as `properties.page=/docs`; what comes after the first dot is one key. */
export function filtersOf(search) {
  const given = new URLSearchParams(search);
  const filters = { ...DEFAULTS, timezone: VIEWER_ZONE, properties: [] };
  for (const name of Object.keys(DEFAULTS)) filters[name] = given.get(name) ?? filters[name];
  for (const name of TEXTS) if (given.has(name)) filters[name] = given.get(name);
  if (isZone(given.get('timezone') ?? '')) filters.timezone = given.get('timezone');
  if (RANGES[filters.range] === undefined) filters.range = filters.from === '' ? DEFAULTS.range : 'custom';
  for (const [name, value] of given) {
    const property = propertyOf(name);
    if (property !== undefined) filters.properties.push({ ...property, value });
  }
  return filters;
}

/** The query of the URL that says these filters. */
export function searchOf(filters) {
  const said = new URLSearchParams();
  for (const name of Object.keys(DEFAULTS)) if (filters[name] !== DEFAULTS[name]) said.set(name, filters[name]);
  for (const name of TEXTS) if (filters[name] !== undefined) said.set(name, filters[name]);
  if (filters.timezone !== VIEWER_ZONE) said.set('timezone', filters.timezone);
  for (const { document, key, value } of filters.properties) said.append(`${document}.${key}`, value);
  return said.size === 0 ? '' : `?${said}`;
}

/** The document and the key of `properties.page`. */
export function propertyOf(name) {
  const dot = name.indexOf('.');
  const document = name.slice(0, dot);
  return DOCUMENTS.includes(document) ? { document, key: name.slice(dot + 1) } : undefined;
}

/** The filters beside the time, as texts and as what is left without each. */
export function activeFilters(filters) {
  const ofTexts = TEXTS.filter((name) => filters[name] !== undefined).map((name) => ({
    text: `${name}: ${filters[name]}`,
    without: { ...filters, [name]: undefined },
  }));
  const ofProperties = filters.properties.map((property) => ({
    text: `${property.document}.${property.key}: ${property.value}`,
    without: { ...filters, properties: filters.properties.filter((other) => other !== property) },
  }));
  return [...ofTexts, ...ofProperties];
}

export function withoutActive(filters) {
  return { ...filters, ...Object.fromEntries(TEXTS.map((name) => [name, undefined])), properties: [] };
}

/** What to tell where these filters mean no event. */
export function noneText(filters) {
  return activeFilters(filters).length > 0 ? 'No events match these filters.' : 'No events in this time range.';
}

export function withProperty(filters, property) {
  const others = filters.properties.filter(({ document, key }) => document !== property.document || key !== property.key);
  return { ...filters, properties: [...others, property] };
}

/** The filters as a condition of the query grammar. */
export function whereOf(filters, { from, to }, ...more) {
  return {
    and: [
      is('createdAt', 'gte', new Date(from).toISOString()),
      is('createdAt', 'lt', new Date(to).toISOString()),
      ...conditionsOf(filters),
      ...more,
    ],
  };
}

/** The same without the time. */
export function conditionsOf(filters) {
  const ofFields = Object.entries(FIELDS).filter(([name]) => filters[name] !== undefined);
  return [
    ...ofFields.map(([name, field]) => is(field, 'eq', filters[name])),
    ...filters.properties.map(({ document, key, value }) => isAt(document, key, value)),
  ];
}

export function is(field, operator, value) {
  return { condition: { field, operator, value } };
}

// A list shows the number 5 and the text "5" alike, so both are meant.
function isAt(document, key, text) {
  const meant = [text, ...scalarsOf(text)].map((value) => is(document, 'eq', { path: [key], value }));
  return meant.length === 1 ? meant[0] : { or: meant };
}

function scalarsOf(text) {
  const value = parsed(text);
  return (typeof value === 'number' || typeof value === 'boolean') && String(value) === text ? [value] : [];
}

/** Whether a text stands for an object or an array, for which there is no filter. */
export function isStructure(text) {
  return typeof parsed(text) === 'object';
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether an event that has just been stored is among those that the filters mean. */
export function matches(filters, event) {
  const { entityType, type, projectId, integrationId, searchQuery, properties } = filters;
  const fields = Object.entries({ entityType, type, projectId, integrationId, searchQuery });
  return (
    fields.every(([name, value]) => value === undefined || event[name] === value) &&
    (filters.user === undefined || userOf(event) === filters.user) &&
    properties.every(({ document, key, value }) => textAt(documentOf(event, document), key) === value)
  );
}

export function userOf({ userProperties }) {
  return textAt(userProperties, 'userId') ?? textAt(userProperties, 'id');
}

// The fields of a type of the host's own stand beside the others.
export function documentOf(event, document) {
  return document === 'fields' ? event : event[document];
}

export function textAt(object, key) {
  if (object === null || object === undefined || !Object.hasOwn(object, key) || object[key] === null) return undefined;
  return typeof object[key] === 'string' ? object[key] : JSON.stringify(object[key]);
}
