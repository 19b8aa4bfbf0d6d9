import { Controller, Get, Header, Headers } from '@nestjs/common';
import { Serves } from '../01-basic/page.decorators.js';
import { WidgetPage } from './widget-page.js';

/** A page with a chat. A host of yours has its own, and the widget in it. */
@Controller()
export class PageController {
  constructor(private readonly widgetPage: WidgetPage) {}

  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8') // its policy stands in it
  page(@Headers('host') host: string) {
    return this.widgetPage.htmlFor(`http://${host}`);
  }

  @Get('page.css')
  @Serves('text/css')
  style() {
    return this.widgetPage.css;
  }

  @Get('page.js')
  @Serves('text/javascript')
  script() {
    return this.widgetPage.js;
  }
}
