import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { validate } from '@readme/openapi-parser';
import { EventLogModule } from 'nestjs-event-log';
import { EventLogQueryModule } from 'nestjs-event-log/query';
import { ADAPTERS, type Adapter, closeApps, createApp } from '../utils/create-app.js';
import { KEYS } from './http-host.js';

async function documentOf(adapter: Adapter, version: string): Promise<OpenAPIObject> {
  const imports = [EventLogModule.forRoot({ apiKeys: Object.values(KEYS) }), EventLogQueryModule.forRoot({ path: 'read' })];
  const { app } = await createApp(adapter, { imports });
  const config = new DocumentBuilder().setOpenAPIVersion(version).addBearerAuth().build();
  return JSON.parse(JSON.stringify(SwaggerModule.createDocument(app, config))) as OpenAPIObject;
}

afterEach(closeApps);

describe.each(ADAPTERS)('The OpenAPI document of a host that reads on %s', (adapter) => {
  it.each(['3.0.0', '3.1.0'])('is valid in OpenAPI %s, and has each read route with its methods', async (version) => {
    const document = await documentOf(adapter, version);
    const routes = Object.entries(document.paths).filter(([path]) => path.startsWith('/read'));
    expect(routes.map(([path, methods]) => `${Object.keys(methods).join()} ${path}`).sort()).toEqual([
      'get /read/events/{id}',
      'get /read/live',
      'get /read/top-search-queries',
      'get /read/weekly-search-users',
      'get,post /read/events',
      'post /read/conversations',
      'post /read/events/export',
      'post /read/feedback',
      'post /read/property-keys',
      'post /read/property-values',
    ]);
    expect(await validate(document as never)).toMatchObject({ valid: true, warnings: [] });
  });

  it('says of an event that it may be unknown, and of a question that its body may be refused', async () => {
    const { paths } = await documentOf(adapter, '3.1.0');
    const statusesOf = (responses: object) => Object.keys(responses).map(Number);
    const find = paths['/read/events/{id}'].get!;
    expect(statusesOf(find.responses)).toEqual([200, 400, 401, 403, 404, 405, 422, 429, 500, 503]);
    expect(find.parameters).toContainEqual(expect.objectContaining({ in: 'path', name: 'id', required: true }));
    const query = paths['/read/events'].post!;
    expect(statusesOf(query.responses)).toEqual([200, 400, 401, 403, 405, 408, 413, 415, 422, 429, 500, 503]);
    expect(query.security).toEqual([{ bearer: [] }]);
    const feedback = paths['/read/feedback'].post!;
    expect(statusesOf(feedback.responses)).toEqual([200, 400, 401, 403, 404, 405, 408, 413, 415, 422, 429, 500, 503]);
    const { responses } = paths['/read/events/export'].post!;
    expect(statusesOf(responses)).toEqual([200, 400, 401, 403, 405, 406, 408, 413, 415, 422, 429, 500, 503]);
    const { content } = responses['200'] as { content: object };
    expect(Object.keys(content)).toEqual(['text/csv', 'application/x-ndjson']);
  });
});
