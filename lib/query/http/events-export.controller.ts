import { Inject, Req, Res } from '@nestjs/common';
import type { AuthenticatedRequest } from '../../auth/authenticated-request.interface.js';
import { OwnRoute } from '../../http/own-route.decorator.js';
import { BoundedReader } from '../bounded-reader.js';
import { formatOf } from '../export/format-of.js';
import type { ExportRequest } from '../query-request.interface.js';
import { QueryBodies } from './query-bodies.js';
import { ReadAnswers } from './read-answers.js';
import { ReadController } from './read-controller.decorator.js';

/** `POST query/events/export`: CSV, or NDJSON where the client asks for it. */
@ReadController()
export class EventsExportController {
  @Inject(BoundedReader) private readonly reader!: BoundedReader;
  @Inject(QueryBodies) private readonly bodies!: QueryBodies;
  @Inject(ReadAnswers) private readonly answers!: ReadAnswers;

  @OwnRoute({ methods: ['POST'], body: 'application/json' }, 'events/export')
  export(@Req() request: AuthenticatedRequest, @Res() response: object): Promise<void> {
    const format = formatOf(request.headers.accept);
    return this.answers.stream(request, response, async (options) => {
      const asked = (await this.bodies.read(request)) as ExportRequest;
      const chunks = await format.chunks(asked, this.reader, options);
      const headers = { 'Content-Type': format.contentType, 'Content-Disposition': attachment(format.extension) };
      return { headers, chunks: () => chunks };
    });
  }
}

function attachment(extension: string): string {
  const now = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  return `attachment; filename="events-${now}Z.${extension}"`;
}
