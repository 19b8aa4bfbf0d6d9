import { checkFieldsOf } from '../options/checks/known-fields.js';
import { typeName } from '../options/checks/type-name.js';
import type { EventLogDashboardOptions } from './event-log-dashboard-options.interface.js';

const OPTIONS: (keyof EventLogDashboardOptions)[] = ['path', 'queryPath', 'eventsPath', 'decorators'];

/** The paths in force, without slashes at their ends. */
export interface DashboardPaths {
  readonly path: string;
  readonly queryPath: string;
  readonly eventsPath: string;
}

/** Throws a `TypeError` that names the option where one is wrong. */
export function dashboardPaths(options: EventLogDashboardOptions): DashboardPaths {
  checkFieldsOf(options, OPTIONS, 'the options of EventLogDashboardModule.forRoot()');
  return {
    path: pathOption('path', options.path ?? 'event-log'),
    queryPath: pathOption('queryPath', options.queryPath ?? 'query'),
    eventsPath: pathOption('eventsPath', options.eventsPath ?? 'events'),
  };
}

function pathOption(name: string, given: unknown): string {
  if (typeof given !== 'string') throw new TypeError(`Expected \`${name}\` to be a string, got ${typeName(given)}.`);
  const path = given.replaceAll(/^\/+|\/+$/g, '');
  // An empty path would take the root of the host, and a pattern could not be linked to.
  if (/^[\w.~-]+(?:\/[\w.~-]+)*$/.test(path)) return path;
  throw new TypeError(`Expected \`${name}\` to be a path of letters, digits, '-', '_', '.' and '~', such as 'event-log'.`);
}
