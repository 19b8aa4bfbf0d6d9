import { isStructure, textAt } from './filters.js';

/** The fields that events of any type have. */
export const COMMON = [
  'id',
  'entityType',
  'type',
  'createdAt',
  'projectId',
  'integrationId',
  'messageId',
  'conversationId',
  'searchQuery',
  'properties',
  'userProperties',
];

/** What an event is about, in a word: its message, conversation or search, or a field of the host's own, first one that names an id. */
export function aboutOf({ messageId, conversationId, searchQuery }, own) {
  return messageId ?? conversationId ?? searchQuery ?? ownText(own ?? {});
}

// Databases keep fields in orders of their own, so that theirs says nothing.
function ownText(own) {
  const names = Object.keys(own).filter((name) => !COMMON.includes(name) && isText(textAt(own, name)));
  const sorted = names.sort();
  const name = sorted.find((one) => /id$/i.test(one)) ?? sorted[0];
  return name === undefined ? undefined : `${name}: ${textAt(own, name)}`;
}

function isText(text) {
  return text !== undefined && !isStructure(text);
}
