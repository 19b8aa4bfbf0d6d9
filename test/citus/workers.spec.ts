import { randomUUID } from 'node:crypto';
import { TypeOrmEventRepository } from 'nestjs-event-log/typeorm';
import { ADAPTERS, closeApps } from '../utils/create-app.js';
import { newRecord } from '../utils/events.js';
import { startTypeOrmHost, type TypeOrmHost } from '../utils/typeorm-host.js';
import { until } from '../utils/until.js';
import { ask, describeCitus, distribute, projectOn } from './cluster.js';

const SCOPES = ['events:write'];

describeCitus('Hosts on a table that Citus distributes', (database) => {
  let projects: string[];
  let hosts: TypeOrmHost[];
  /** The status of an event of the project on the worker `index`. */
  const post = async (index: number, id: string = randomUUID(), host = hosts[0]) =>
    (await host.post({ id }, `project-key-${index}`)).status;
  const postMany = (index: number, ids: readonly string[]) => Promise.all(ids.map((id, n) => post(index, id, hosts[n % 2])));
  const ids = (length: number) => Array.from({ length }, () => randomUUID());
  const stored = async (index: number) => {
    const rows = await ask<{ id: string }>(
      database().url,
      `SELECT id FROM event_log_events WHERE project_id = '${projects[index]}'`,
    );
    return rows.map(({ id }) => id);
  };

  beforeAll(async () => {
    await distribute(database().url);
    projects = [await projectOn(database(), 0), await projectOn(database(), 1)];
    const apiKeys = projects.map((projectId, n) => ({ id: `k${n}`, key: `project-key-${n}`, scopes: SCOPES, projectId }));
    const start = (adapter: (typeof ADAPTERS)[number]) =>
      startTypeOrmHost(adapter, database().url, {
        source: { migrationsRun: false },
        module: { apiKeys, answerTimeout: 5_000 },
      });
    hosts = await Promise.all(ADAPTERS.map(start));
  });
  afterAll(closeApps);

  it('one event an id is stored, and answered as new once, when two hosts race', async () => {
    const raced = ids(25);
    const answers = await Promise.all(
      raced.flatMap((id) =>
        [0, 1, 0, 1].map(async (n) => {
          const headers = { Authorization: 'Bearer project-key-0', 'Content-Type': 'application/json' };
          const body = JSON.stringify({ id, entityType: 'message', type: 'race', messageId: 'm' });
          const { status, headers: answered } = await fetch(`${hosts[n].url}/events`, { method: 'POST', headers, body });
          return { status, isNew: !answered.has('idempotent-replayed') };
        }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(answers.filter(({ isNew }) => isNew)).toHaveLength(raced.length);
    expect((await stored(0)).filter((id) => raced.some((one) => one === id))).toHaveLength(raced.length);
  });

  it('a worker that is gone refuses its projects with 503, others go on, and once it is back all is stored', async () => {
    const [here, there] = [ids(20), ids(20)];
    await database().workers[1].stop();
    const [statuses, others] = await Promise.all([postMany(1, here), postMany(0, there)]);
    expect(new Set(statuses)).toEqual(new Set([503]));
    expect(new Set(others)).toEqual(new Set([200]));
    await database().workers[1].listen();
    await until('its project is taken again', async () => (await post(1)) === 200);
    expect(new Set(await postMany(1, here))).toEqual(new Set([200]));
    expect(await stored(1)).toEqual(expect.arrayContaining(here));
    expect(await stored(0)).toEqual(expect.arrayContaining(there));
  });

  it('a worker that is lost in the midst of it makes no answer but 200 and 503, and what got 200 is stored', async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < 5; round++) {
      const sent = ids(40);
      const posting = postMany(1, sent);
      database().workers[1].reset();
      const statuses = await posting;
      expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
      acknowledged.push(...sent.filter((_id, n) => statuses[n] === 200));
    }
    await until('its project is taken again', async () => (await post(1)) === 200);
    expect(await stored(1)).toEqual(expect.arrayContaining(acknowledged));
  });

  it('a worker that hangs does not hold up the others', async () => {
    database().workers[1].switchTo('blackhole');
    const hanging = postMany(1, ids(2));
    expect(new Set(await postMany(0, ids(20)))).toEqual(new Set([200]));
    expect(new Set(await hanging)).toEqual(new Set([503]));
    database().workers[1].reset();
    database().workers[1].switchTo('pass');
    await until('its project is taken again', async () => (await post(1)) === 200);
  });

  it('one insert for events of both, as a store without parts has it, fails for both', async () => {
    await database().workers[1].stop();
    const repository = new TypeOrmEventRepository(hosts[0].dataSource);
    const events = projects.map((projectId) => newRecord({ projectId }));
    await expect(repository.insert(events)).rejects.toMatchObject({ status: 503 });
    await database().workers[1].listen();
  });
});
