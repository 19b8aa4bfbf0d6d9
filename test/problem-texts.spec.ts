import {
  Controller,
  Get,
  HttpException,
  type INestApplication,
  ServiceUnavailableException,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { ApiKeyGuard, ApiKeyStore, EventLogModule, EventRepository, ProblemDetailsFilter } from 'nestjs-event-log';
import { Realm } from '../lib/http/realm.decorator.js';
import { UnavailableException } from '../lib/http/unavailable.exception.js';
import { ADAPTERS, closeApps, createApp } from './utils/create-app.js';

const SECRET = 'connect ECONNREFUSED db.internal';
let thrown: unknown;

class FailingRepository extends EventRepository {
  insert() {
    return Promise.reject(new ServiceUnavailableException(SECRET));
  }
}

class FailingKeys extends ApiKeyStore {
  findByDigest() {
    return Promise.reject(new Error(SECRET));
  }
}

@Controller('query')
@UseFilters(ProblemDetailsFilter)
class QueryController {
  @Get()
  fail() {
    throw thrown;
  }

  @Get('guarded')
  @Realm('query')
  @UseGuards(ApiKeyGuard)
  guarded() {
    return 'never';
  }
}

describe.each(ADAPTERS)('On %s', (adapter) => {
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    const apiKeys = [{ id: 'host', key: 'texts-key', kind: 'api' as const }];
    const storage = { repository: FailingRepository };
    const imports = [EventLogModule.forRoot({ apiKeys, storage, keyStore: { store: FailingKeys } })];
    ({ app, url } = await createApp(adapter, { imports, controllers: [QueryController] }));
    expect(app).toBeDefined();
  });
  afterAll(closeApps);

  const detailOf = async (answer: Response) => ((await answer.json()) as { detail: string }).detail;

  it.each([
    ['a store that is away', 'texts-key', /^The event could not be stored right now; send it again later$/],
    ['a key store that is away', 'another-key', /^The key could not be looked up right now; send it again later$/],
  ])('the text of a 503 says what failed: %s', async (_what, key, text) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ entityType: 'message', type: 't', messageId: 'm' });
    const answer = await fetch(`${url}/events`, { method: 'POST', headers, body });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await detailOf(answer)).toMatch(text);
  });

  it.each([
    [
      'an exception of ours',
      () => new UnavailableException('The query could not be run right now', new Error(SECRET)),
      503,
      /^The query/,
    ],
    ['a 503 of others', () => new ServiceUnavailableException(SECRET), 503, /^The server cannot handle the request right now/],
    ['another 5xx of others', () => new HttpException(SECRET, 507), 507, /^The server failed/],
    ['an error', () => new Error(SECRET), 500, /^The server failed/],
    [
      'a 503 that only looks like ours',
      () => Object.assign(new ServiceUnavailableException(), { publicDetail: SECRET }),
      503,
      /^The server/,
    ],
  ])('of a 5xx, %s tells its caller a fixed text', async (_what, make, status, text) => {
    thrown = make();
    const answer = await fetch(`${url}/query`);
    expect(answer.status).toBe(status);
    expect(await detailOf(answer)).toMatch(text);
  });

  it.each([
    ['/events', 'POST', 'Bearer realm="events"'],
    ['/query/guarded', 'GET', 'Bearer realm="query"'],
  ])('%s names its realm to those who come without a key', async (path, method, challenge) => {
    const answer = await fetch(`${url}${path}`, { method });
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, challenge]);
  });
});
