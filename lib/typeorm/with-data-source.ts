import type { FactoryProvider, InjectionToken, OptionalFactoryDependency } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { EventLogSettings } from '../options/event-log-settings.js';

/** Has `autoLoadEntities` of a data source load an entity. Imported, the module would fail in Nest's words without one. */
export function registerEntity(entity: new () => object, dataSource: string): void {
  TypeOrmModule.forFeature([entity], dataSource);
}

/**
 * How Nest builds what needs a data source of the host; `user` is who asks, and `option` what names it, for the error where there
 * is none.
 */
export function withDataSource<T>(
  user: string,
  dataSource: string,
  build: (source: DataSource, settings?: EventLogSettings) => T,
  option: 'dataSource' | 'readFrom' = 'dataSource',
): Pick<FactoryProvider<T>, 'useFactory' | 'inject'> {
  return {
    useFactory: (source: DataSource | undefined, settings: EventLogSettings | undefined, modules?: ModulesContainer) => {
      if (source) return build(source, settings);
      throw new Error(isOfAnotherCopy(modules, dataSource) ? twoCopies(user) : missing(user, dataSource, option));
    },
    inject: [optional(getDataSourceToken(dataSource)), optional(EventLogSettings), optional(ModulesContainer)],
  };
}

function optional(token: InjectionToken): OptionalFactoryDependency {
  return { token, optional: true };
}

// The token of the default data source is its class: that of another copy of typeorm is another token.
function isOfAnotherCopy(modules: ModulesContainer | undefined, dataSource: string): boolean {
  const ours = getDataSourceToken(dataSource);
  const tokens = [...(modules?.values() ?? [])].flatMap(({ providers }) => [...providers.keys()]);
  return typeof ours === 'function' && tokens.some((token) => typeof token === 'function' && token.name === ours.name);
}

function twoCopies(user: string): string {
  return `${user}() found a data source, but it was made by another copy of typeorm than the one that nestjs-event-log uses: \`npm ls typeorm @nestjs/typeorm\` shows them, and \`npm dedupe\`, or the same version everywhere, makes them one.`;
}

function missing(user: string, dataSource: string, option: string): string {
  return `${user}() found no data source '${dataSource}': import TypeOrmModule.forRoot({ … }) with that name, or name another one as ${user}({ ${option} }).`;
}
