import { CONTRACT_ENTITY_TYPES } from '../lib/events/entity-types/contract-entity-types.js';
import { EntityTypeRegistry } from '../lib/events/entity-types/entity-type.registry.js';
import { EventParser } from '../lib/events/event-parser.js';
import { serializeEvent } from '../lib/events/serialize-event.js';

const [message, , search] = CONTRACT_ENTITY_TYPES;
const event = { entityType: 'message', type: 't', messageId: 'm' };

describe('EntityTypeRegistry', () => {
  it('lets two applications in one process have different entity types', () => {
    const parsers = [[message], [search]].map((types) => new EventParser(new EntityTypeRegistry(types), 1_000));
    expect(parsers[0].parse(event).record).toMatchObject({ messageId: 'm', entityType: 'message' });
    expect(() => parsers[1].parse(event)).toThrow('entityType must be one of search');
  });

  it('refuses two entity types of one name', () => {
    expect(() => new EntityTypeRegistry([message, search, message])).toThrow("'message' is used twice");
  });

  it.each(CONTRACT_ENTITY_TYPES)('keeps the subject of a $name in its own field, through parser and serializer', (type) => {
    const entityTypes = new EntityTypeRegistry(CONTRACT_ENTITY_TYPES);
    const { record } = new EventParser(entityTypes, 1_000).parse({
      type: 't',
      ...{ messageId: 'm', conversationId: 'c', searchQuery: 's' },
      entityType: type.name,
    });
    expect(entityTypes.subjectOf(record)).toEqual({ [type.subjectField]: type.subjectField[0] });
    const answered = JSON.parse(serializeEvent(record, entityTypes));
    expect(Object.keys(answered).slice(0, 4)).toEqual(['id', 'type', type.subjectField, 'createdAt']);
    expect(Object.keys(answered)).toHaveLength(9);
  });
});
