import { Controller, Get, type ModuleMetadata, SetMetadata } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { EventLogModule } from 'nestjs-event-log';
import { ADAPTERS, closeApps, createApp } from './utils/create-app.js';

const apiKeys = [{ id: 'site', key: 'key-of-the-site', kind: 'api' as const }];

@Controller('hello')
class HostController {
  @Get()
  hello() {
    return 'hello';
  }
}

afterEach(closeApps);

describe.each(ADAPTERS)('The OpenAPI document of a host on %s', (adapter) => {
  const registrations: [how: string, imports: ModuleMetadata['imports']][] = [
    ['with the module', [EventLogModule.forRoot({ apiKeys })]],
    ['with decorators on its controllers', [EventLogModule.forRoot({ apiKeys, decorators: [SetMetadata('public', true)] })]],
    ['with a path of its own', [EventLogModule.forRootAsync({ useFactory: () => ({ apiKeys }), path: 'log' })]],
  ];
  it.each(registrations)('%s has the paths of the host and none of ours', async (_how, imports) => {
    const { app } = await createApp(adapter, { imports, controllers: [HostController] });
    const { paths } = SwaggerModule.createDocument(app, new DocumentBuilder().build());
    expect(Object.keys(paths)).toEqual(['/hello']);
  });
});
