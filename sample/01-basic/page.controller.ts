import { Controller, Get, Inject } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { EventEntity } from 'nestjs-event-log/typeorm';
import { readFileSync } from 'node:fs';
import { Repository } from 'typeorm';
import { Serves } from './page.decorators.js';

/** Injection token of the web key that the page logs with. */
export const PAGE_KEY = 'PAGE_KEY';
/** The project of all keys of the sample, whose events the page shows. */
export const PROJECT = 'demo-project';

const read = (file: string) => readFileSync(new URL(`./public/${file}`, import.meta.url), 'utf8');

/** A page that logs from the browser. A host of yours would serve its own in its own way. */
@Controller()
export class PageController {
  private readonly html: string;
  private readonly css = read('page.css');
  private readonly js = read('page.js');

  constructor(
    @InjectRepository(EventEntity) private readonly events: Repository<EventEntity>,
    @Inject(PAGE_KEY) key: string,
  ) {
    this.html = read('index.html').replace('WEB_KEY', () => key.replaceAll('&', '&amp;').replaceAll('"', '&quot;'));
  }

  @Get()
  @Serves('text/html')
  page() {
    return this.html;
  }

  @Get('page.css')
  @Serves('text/css')
  style() {
    return this.css;
  }

  @Get('page.js')
  @Serves('text/javascript')
  script() {
    return this.js;
  }

  /** Without a key, as the sample has nothing to hide. A host of yours would show events to those alone who may read them. */
  @Get('page/events')
  @Serves('application/json')
  async latest() {
    const events = await this.events.find({
      where: { projectId: PROJECT },
      order: { receivedAt: 'DESC', id: 'DESC' },
      take: 8,
    });
    return events.map(({ receivedAt, type, messageId, conversationId, searchQuery }) => ({
      receivedAt,
      type,
      subject: messageId ?? conversationId ?? searchQuery,
    }));
  }
}
