import { header } from './answer-headers.js';
import type { Operation } from './operation.interface.js';
import { ANSWER_HEADERS } from './operations.js';
import { asking, parameter, PROBLEMS, PROBLEMS_OF_BODIES, reading, withStatus } from './reading-operation.js';
import { TEXT } from './schema-parts.js';
import type { Schema } from './swagger.js';

const TIME: Schema = { type: 'string', description: 'RFC 3339 with an offset, or a date in UTC' };

/** The filters of the list, which are also those of the live stream. */
const FILTERS = [
  parameter('entityType', TEXT),
  parameter('type', TEXT),
  parameter('from', { ...TIME, description: `${TIME.description}; inclusive` }),
  parameter('to', { ...TIME, description: `${TIME.description}; exclusive` }),
  parameter('projectId', TEXT),
  parameter('integrationId', TEXT),
  parameter('userId', { ...TEXT, description: 'Who did it: `userProperties.userId`, else `userProperties.id`' }),
];

/** The methods of the controllers that read, by the names of their classes. */
export const READ_OPERATIONS: Record<string, Record<string, Operation>> = {
  EventsListingController: {
    list: {
      ...reading('List events', 'The newest first; the cursor of a page leads to the next one.', 'EventLogEventsPage'),
      query: [
        ...FILTERS,
        parameter('limit', { type: 'integer', minimum: 1, maximum: 1_000, default: 50 }),
        parameter('cursor', { ...TEXT, description: 'The `nextCursor` of the page before' }),
      ],
    },
    find: {
      ...reading('Read an event', undefined, 'EventLogStoredEvent'),
      path: { name: 'id', schema: { type: 'string', minLength: 1, maxLength: 255 } },
      query: [parameter('projectId', { ...TEXT, description: 'Where events of several projects have the id' })],
      problems: withStatus(404, PROBLEMS),
    },
  },
  EventsQueryController: {
    query: asking('Ask a question about events', 'EventLogQueryRequest', 'EventLogQueryAnswer'),
    propertyKeys: asking('List the keys of a JSON field', 'EventLogPropertyKeysRequest', 'EventLogPropertyList'),
    propertyValues: asking('List the values of a key of a JSON field', 'EventLogPropertyValuesRequest', 'EventLogPropertyList'),
  },
  ConversationsQueryController: {
    conversations: askingRecords('Ask a question about conversations', 'EventLogConversationsRequest'),
    feedback: askingRecords('Ask a question about feedback', 'EventLogFeedbackRequest'),
  },
  EventsExportController: {
    export: {
      ...asking('Export events', 'EventLogExportRequest', 'EventLogStoredEvent'),
      description: 'As CSV, or as NDJSON by the header `Accept`. An export that fails on the way is cut off.',
      success: {
        status: 200,
        description: 'A file, sent while it is read',
        headers: { ...ANSWER_HEADERS, 'Content-Disposition': header('The name of the file') },
        content: {
          'text/csv': { schema: { ...TEXT, description: 'A header, then a line a row' } },
          'application/x-ndjson': {
            schema: { ...TEXT, description: 'A JSON object a line: a row, or without `select` an event' },
          },
        },
      },
      problems: withStatus(406, PROBLEMS_OF_BODIES),
    },
  },
  LiveController: {
    follow: {
      ...reading(
        'Follow events',
        'Each as it is stored. Goes on after `Last-Event-ID`, which the URL may hold too.',
        'EventLogStoredEvent',
      ),
      query: [...FILTERS, parameter('lastEventId', { ...TEXT, description: 'An `id` of the stream, as in `Last-Event-ID`' })],
      success: {
        status: 200,
        description:
          'Server-Sent Events until the client goes: `stored` with an event each, and `gap` where it has fallen behind',
        headers: ANSWER_HEADERS,
        content: { 'text/event-stream': { schema: TEXT } },
      },
      problems: withStatus(404, PROBLEMS),
    },
  },
  SearchesController: {
    topSearchQueries: ofSearches('The most frequent searches', 'EventLogTopSearchQueries'),
    weeklySearchUsers: ofSearches('How many people searched, a week each', 'EventLogWeeklySearchUsers'),
  },
};

/** 404 where the host keeps none. */
function askingRecords(summary: string, question: string): Operation {
  return { ...asking(summary, question, 'EventLogQueryAnswer'), problems: withStatus(404, PROBLEMS_OF_BODIES) };
}

function ofSearches(summary: string, answer: string): Operation {
  return { ...reading(summary, undefined, answer), query: [parameter('after', TIME), parameter('project_id', TEXT)] };
}
