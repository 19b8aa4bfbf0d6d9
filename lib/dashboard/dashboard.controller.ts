import { Controller, Inject, NotFoundException, Req, Res, UseFilters } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { hostOf } from '../http/host/host-of.js';
import { type HttpRequest, pathOf } from '../http/http-request.js';
import { OwnRoute } from '../http/own-route.decorator.js';
import { ProblemDetailsFilter } from '../http/problem-details.filter.js';
import { DashboardPage } from './dashboard-page.js';
import type { PageFile } from './page-file.interface.js';
import { SECURITY_HEADERS } from './security-headers.js';

const ASK_FIRST = 'no-cache';
const FOR_EVER = 'public, max-age=31536000, immutable';

/** The page and its files. They are no secret and need no key: what they show comes from the query routes, which ask for one. */
@Controller()
@UseFilters(ProblemDetailsFilter)
export class DashboardController {
  // Injected as properties, so that a subclass has its constructor for itself.
  @Inject(DashboardPage) private readonly page!: DashboardPage;
  @Inject(HttpAdapterHost) private readonly adapterHost!: HttpAdapterHost;

  @OwnRoute({ methods: ['GET'] })
  show(@Req() request: HttpRequest, @Res() response: object): void {
    this.send(request, response, this.page.at(requestPath(request)), ASK_FIRST);
  }

  // With a slash at the end. Nest takes one away, and Fastify, unlike Express, tells the two paths apart.
  @OwnRoute({ methods: ['GET'] }, '//')
  showWithSlash(@Req() request: HttpRequest, @Res() response: object): void {
    this.show(request, response);
  }

  @OwnRoute({ methods: ['GET'] }, 'files/:release/:name')
  file(@Req() request: HttpRequest, @Res() response: object): void {
    const [release, name] = requestPath(request).split('/').slice(-2);
    const file = this.page.file(release, name);
    if (file === undefined) throw new NotFoundException('The dashboard has no such file: load its page again');
    this.send(request, response, file, FOR_EVER);
  }

  // Not by a return value, which interceptors of the host could wrap.
  private send(request: HttpRequest, response: object, { text, type, etag }: PageFile, caching: string): void {
    const headers = { ...SECURITY_HEADERS, 'Cache-Control': caching, ETag: etag };
    const host = hostOf(this.adapterHost.httpAdapter);
    if (request.headers['if-none-match']?.includes(etag)) host.answer(request, response, 304, headers, '');
    else host.answer(request, response, 200, { ...headers, 'Content-Type': type }, text);
  }
}

function requestPath(request: HttpRequest): string {
  return pathOf(request.originalUrl ?? request.url ?? '/');
}
