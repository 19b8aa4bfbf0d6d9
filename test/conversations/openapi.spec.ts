import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { validate } from '@readme/openapi-parser';
import { ConversationDto } from '../../lib/conversations/dto/conversation.dto.js';
import { FeedbackDto } from '../../lib/conversations/dto/feedback.dto.js';
import { MessageDto } from '../../lib/conversations/dto/message.dto.js';
import { shapeOf } from '../../lib/events/validation/dto-shape.js';
import { ADAPTERS, type Adapter, closeApps } from '../utils/create-app.js';
import { startConversations } from './host.js';

async function documentOf(adapter: Adapter, version: string): Promise<OpenAPIObject> {
  const { app } = await startConversations(adapter, { conversations: { path: 'chat' } });
  const config = new DocumentBuilder().setOpenAPIVersion(version).addBearerAuth().build();
  return JSON.parse(JSON.stringify(SwaggerModule.createDocument(app, config))) as OpenAPIObject;
}

afterEach(closeApps);

describe.each(ADAPTERS)('The OpenAPI document of a host that keeps conversations on %s', (adapter) => {
  it.each(['3.0.0', '3.1.0'])('is valid in OpenAPI %s, and has each route with its methods', async (version) => {
    const document = await documentOf(adapter, version);
    const routes = Object.entries(document.paths).filter(([path]) => path.startsWith('/chat'));
    expect(routes.map(([path, methods]) => `${Object.keys(methods).sort().join()} ${path}`).sort()).toEqual([
      'delete,get /chat/conversations/{id}',
      'get /chat/conversations/external/{externalId}',
      'get /chat/feedback/{id}',
      'get,post /chat/conversations',
      'get,post /chat/feedback',
    ]);
    expect(await validate(document as never)).toMatchObject({ valid: true, warnings: [] });
  });
});

it('The OpenAPI document of a host that keeps conversations tells the problems, and every field that is checked', async () => {
  const { paths, components } = await documentOf('express', '3.1.0');
  const statusesOf = ({ responses }: { responses: object } = { responses: {} }) => Object.keys(responses).map(Number);
  const reading = [200, 400, 401, 403, 405, 422, 429, 500, 503];
  const storing = [200, 400, 401, 403, 405, 408, 413, 415, 422, 429, 500, 503];
  const { get: list, post: log } = paths['/chat/conversations'];
  expect(statusesOf(list)).toEqual(reading);
  expect(statusesOf(log)).toEqual([...storing, 410].sort((a, b) => a - b));
  expect(log?.security).toEqual([{ bearer: [] }]);
  expect(statusesOf(paths['/chat/feedback'].post)).toEqual(storing);
  const { get: find, delete: erase } = paths['/chat/conversations/{id}'];
  for (const operation of [find, erase]) expect(statusesOf(operation)).toEqual([...reading, 404].sort((a, b) => a - b));

  for (const [name, dto, unchecked] of [
    ['EventLogConversation', ConversationDto, []],
    ['EventLogConversationMessage', MessageDto, ['content']],
    ['EventLogFeedback', FeedbackDto, []],
  ] as const) {
    const checked = shapeOf(dto).fields.map(({ key }) => key);
    const { properties } = components!.schemas![name] as { properties: object };
    expect(Object.keys(properties).sort()).toEqual([...checked, ...unchecked].sort());
  }
});
