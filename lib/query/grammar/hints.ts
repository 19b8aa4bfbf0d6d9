/** How to write what is often written elsewhere, by the members that have no place where they stand. */
export type Hints = Readonly<Record<string, string>>;

const FILTER = 'ask for it by `where`: { "condition": { "field": …, "operator": "eq", "value": … } }';

/** Of a request with `where`, where callers put the filters of the list; `time` is the field that is one. */
export function hintsOf(time: string): Hints {
  const timeBy = (operator: string) =>
    `ask for times by \`where\`: { "condition": { "field": "${time}", "operator": "${operator}", "value": "2026-01-31" } }`;
  return {
    from: timeBy('gte'),
    to: timeBy('lt'),
    after: timeBy('gte'),
    type: FILTER,
    projectId: FILTER,
    integrationId: FILTER,
    userId: FILTER.replace('"field": …', '"field": "userKey"'),
    mode: 'it belongs into an item of `select`',
  };
}

export const OF_CONDITIONS: Hints = {
  path: 'it belongs into the value: { "path": ["lang"], "value": … }',
};

export const UNWRAPPED = 'must be wrapped: { "condition": { "field": …, "operator": …, "value": … } }';
export const UNNAMED_LIST = 'must be an object: a list goes into { "and": […] } or { "or": […] }';

/** Of a name such as `properties.lang` where a field is to be named. */
export const DOTTED = 'without dots: what is in a JSON field has a path, as in { "field": "properties", "path": ["lang"] }';
export const DOTTED_CONDITION =
  'without dots: what is in a JSON field has a path, as in { "field": "properties", "operator": "eq", "value": { "path": ["lang"], "value": … } }';
