import type { DataSourceOptions } from 'typeorm';
import type { Command, CommandUsage, Report } from './command.interface.js';
import type { Environment } from './database-options.js';
import type { Values } from './options.js';
import type { Terminal } from './terminal.js';

/** A command as it is run, whatever service it needs. */
export interface TopicCommand extends CommandUsage {
  prepare(
    values: Values,
    argument: string,
  ): (database: DataSourceOptions, terminal: Terminal, env: Environment) => Promise<Report>;
}

/** Commands about one thing: `keys`, `events`. */
export interface Topic {
  /** What its commands do, for the help. */
  readonly summary: string;
  readonly commands: Record<string, TopicCommand>;
}

/** Lends the service of a topic, on a database. */
type WithService<Service> = <T>(database: DataSourceOptions, work: (service: Service) => Promise<T>) => Promise<T>;

export function topicOf<Service>(
  summary: string,
  commands: Record<string, Command<Service>>,
  withService: WithService<Service>,
): Topic {
  const runnable = ({ prepare, ...usage }: Command<Service>): TopicCommand => ({
    ...usage,
    prepare(values, argument) {
      const work = prepare(values, argument);
      return (database, terminal, env) => withService(database, (service) => work(service, terminal, env));
    },
  });
  return { summary, commands: Object.fromEntries(Object.entries(commands).map(([name, command]) => [name, runnable(command)])) };
}
