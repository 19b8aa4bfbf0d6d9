import { Logger } from '@nestjs/common';
import { InMemoryEventRepository } from 'nestjs-event-log';
import { describeEventRepository } from 'nestjs-event-log/testing';
import { describeEngines } from '../utils/describe-engines.js';
import { dataSourcesOf, open } from './data-sources.js';

Logger.overrideLogger(false);

describeEventRepository('InMemoryEventRepository', () => new InMemoryEventRepository());

describeEngines('TypeOrmEventRepository', (engine) => {
  const { shared } = dataSourcesOf(engine);

  describeEventRepository('the contract of repositories', () => open(shared()));
});
