import { InMemoryEventReader, InMemoryEventRepository } from 'nestjs-event-log';
import { describeEventReader } from 'nestjs-event-log/testing';

describeEventReader('InMemoryEventReader', () => {
  const repository = new InMemoryEventRepository();
  return { repository, reader: new InMemoryEventReader(repository) };
});
