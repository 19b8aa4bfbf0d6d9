import { CONTRACT_ENTITY_TYPES, EventType, MessageEventDto, SearchEventDto } from 'nestjs-event-log';
import { EntityTypeRegistry } from '../lib/events/entity-types/entity-type.registry.js';
import { subjectOf } from '../lib/events/entity-types/subject.js';
import { EventParser } from '../lib/events/event-parser.js';
import { serializeEvent } from '../lib/events/serialize-event.js';

const event = { entityType: 'message', type: 't', messageId: 'm' };

@EventType('search')
class OtherSearchDto extends SearchEventDto {}

describe('EntityTypeRegistry', () => {
  it('lets two applications in one process have different entity types', () => {
    const parsers = [MessageEventDto, SearchEventDto].map((dto) => new EventParser(new EntityTypeRegistry([dto]), 1_000));
    expect(parsers[0].parse(event).record).toMatchObject({ messageId: 'm', entityType: 'message' });
    expect(() => parsers[1].parse(event)).toThrow('entityType must be one of search');
  });

  it('refuses two entity types of one name, and takes one class twice', () => {
    expect(() => new EntityTypeRegistry([MessageEventDto, SearchEventDto, OtherSearchDto])).toThrow(
      "'search' is that of SearchEventDto and of OtherSearchDto",
    );
    expect(new EntityTypeRegistry([MessageEventDto, MessageEventDto]).names).toEqual(['message']);
  });

  it.each([
    ['message', 'messageId'],
    ['conversation', 'conversationId'],
    ['search', 'searchQuery'],
  ] as const)('keeps the subject of a %s in its own field, through parser and serializer', (entityType, field) => {
    const { record } = new EventParser(new EntityTypeRegistry(CONTRACT_ENTITY_TYPES), 1_000).parse({
      type: 't',
      ...{ messageId: 'm', conversationId: 'c', searchQuery: 's' },
      entityType,
    });
    expect(subjectOf(record)).toEqual({ [field]: field[0] });
    const answered = JSON.parse(serializeEvent(record));
    expect(Object.keys(answered).slice(0, 4)).toEqual(['id', 'type', field, 'createdAt']);
    expect(Object.keys(answered)).toHaveLength(9);
  });
});
