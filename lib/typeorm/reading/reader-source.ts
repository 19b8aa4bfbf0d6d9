import type { ProviderSource } from '../../options/checks/provider-source.js';
import type { EventReader } from '../../storage/event-reader.js';
import { withDataSource } from '../with-data-source.js';

/** How Nest builds the reader of events that are stored in one data source and read from another one, or from the same. */
export function readerSource(dataSource: string, readFrom = dataSource): ProviderSource<EventReader> {
  const written = withDataSource('typeOrmStorage', dataSource, (source) => source);
  const read = withDataSource('typeOrmStorage', readFrom, (source) => source, 'readFrom');
  const { inject = [] } = written;
  return {
    useFactory: async (...injected: unknown[]) => {
      const target = await written.useFactory(...injected.slice(0, inject.length));
      const source = await read.useFactory(...injected.slice(inject.length));
      // Hosts that read nothing load nothing of this.
      const { TypeOrmEventReader } = await import('./typeorm-event.reader.js');
      return new TypeOrmEventReader(source, target);
    },
    inject: [...inject, ...(read.inject ?? [])],
  };
}
