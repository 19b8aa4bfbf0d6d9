import type { TestDatabase } from '../test/utils/databases.js';
import { figure, header, median, row } from './figures.js';
import { load, type Measurement } from './load.js';
import { Server } from './server.js';

/** What the servers are measured on. */
export interface Databases {
  postgres: TestDatabase;
  sqlite: TestDatabase;
  plainSqlite: TestDatabase;
}

/** How they are measured. */
export interface Plan {
  rounds: number;
  seconds: number;
  connections: number[];
}

/** Before anything is measured: until the code of the largest is compiled. */
const WARM_CONNECTIONS = 64;
const WARM_SECONDS = 5;

const EXPRESS_PG = 'this module, Express + PostgreSQL';
const FASTIFY_PG = 'this module, Fastify + PostgreSQL';
const FASTIFY_SQLITE = 'this module, Fastify + SQLite';
const B = '(b) Express, echo';
const C = '(c) Fastify, echo';
const D = '(d) `node:http` + `pg`, an INSERT a request';
const H_EXPRESS = '(h) by hand, Express + PostgreSQL';
const H_FASTIFY = '(h) by hand, Fastify + PostgreSQL';
const S = '(s) `node:http` + better-sqlite3, a commit a request';

const RATIOS: [subject: string, reference: string][] = [
  [EXPRESS_PG, D],
  [EXPRESS_PG, B],
  [FASTIFY_PG, D],
  [FASTIFY_PG, C],
  [EXPRESS_PG, H_EXPRESS],
  [FASTIFY_PG, H_FASTIFY],
  [FASTIFY_SQLITE, S],
];

/** Each server in a process of its own, loaded in turn, round after round; as Markdown. */
export async function sideBySide(databases: Databases, plan: Plan): Promise<string> {
  const servers = new Map<string, Server>();
  try {
    for (const [name, [file, env]] of Object.entries(subjects(databases))) servers.set(name, await Server.start(file, env));
    for (const server of servers.values()) await load(server, WARM_CONNECTIONS, WARM_SECONDS);
    const results = new Map<number, Series>();
    for (const count of plan.connections) results.set(count, await measure(servers, count, plan));
    return `${figures(results)}\n\n${ratios(results)}`;
  } finally {
    for (const server of servers.values()) await server.stop();
  }
}

function subjects({ postgres, sqlite, plainSqlite }: Databases): Record<string, [file: string, env: NodeJS.ProcessEnv]> {
  const express = { ADAPTER: 'express', DATABASE_URL: postgres.url };
  const fastify = { ADAPTER: 'fastify', DATABASE_URL: postgres.url };
  return {
    [EXPRESS_PG]: ['event-log', express],
    [FASTIFY_PG]: ['event-log', fastify],
    [FASTIFY_SQLITE]: ['event-log', { ...fastify, DATABASE_URL: sqlite.url }],
    [B]: ['express-echo', {}],
    [C]: ['fastify-echo', {}],
    [D]: ['node-pg', { DATABASE_URL: postgres.url }],
    [H_EXPRESS]: ['hand-written', express],
    [H_FASTIFY]: ['hand-written', fastify],
    [S]: ['node-sqlite', { DATABASE_URL: plainSqlite.url }],
  };
}

/** One measurement a round, by the name of the server. */
type Series = Map<string, Measurement[]>;

async function measure(servers: Map<string, Server>, connections: number, { rounds, seconds }: Plan): Promise<Series> {
  const series: Series = new Map([...servers.keys()].map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    // There and back: whoever comes after SQLite's references meets a disk that is still busy.
    const order = round % 2 === 0 ? [...servers] : [...servers].reverse();
    for (const [name, server] of order) series.get(name)!.push(await load(server, connections, seconds));
  }
  return series;
}

function figures(results: Map<number, Series>): string {
  const lines = [header(['', 'connections', 'requests/s', 'p50 ms', 'p99 ms', 'CPU µs a request'])];
  const [series] = results.values();
  for (const name of series.keys()) {
    for (const [connections, series] of results) {
      const of = (key: keyof Measurement) => figure(median(series.get(name)!.map((measurement) => measurement[key])));
      lines.push(row([name, connections, of('rate'), of('p50'), of('p99'), of('cpu')]));
    }
  }
  return lines.join('\n');
}

function ratios(results: Map<number, Series>): string {
  const ofRound = (series: Series, subject: string, reference: string, key: keyof Measurement) =>
    figure(median(series.get(subject)!.map((measurement, round) => measurement[key] / series.get(reference)![round][key])));
  const cells = (subject: string, reference: string, key: keyof Measurement) =>
    [...results.values()].map((series) => ofRound(series, subject, reference, key));
  return [
    header(['ratio of requests/s', ...[...results.keys()].map((count) => `${count} conn.`)]),
    ...RATIOS.map(([subject, reference]) => row([`${subject}, to ${reference}`, ...cells(subject, reference, 'rate')])),
    row([`p99: ${EXPRESS_PG}, to ${D}`, ...cells(EXPRESS_PG, D, 'p99')]),
    row([`p99: ${FASTIFY_PG}, to ${D}`, ...cells(FASTIFY_PG, D, 'p99')]),
  ].join('\n');
}
