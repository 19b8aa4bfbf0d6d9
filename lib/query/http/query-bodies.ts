import { Injectable } from '@nestjs/common';
import type { AuthenticatedRequest } from '../../auth/authenticated-request.interface.js';
import { holderOf } from '../../auth/holder-of.js';
import { parseJson } from '../../events/parse-json.js';
import { RequestBodyReader } from '../../http/body/request-body.reader.js';
import { rawRequest } from '../../http/http-request.js';
import { refuseParameters } from './parameters.js';

const DETAILS = { blank: 'Send a query as JSON, `{}` at least', broken: 'The body is not valid JSON' };

/** Reads the bodies of requests that the guards let pass. */
@Injectable()
export class QueryBodies {
  constructor(private readonly bodies: RequestBodyReader) {}

  /** What the body holds, of which nothing is known yet, and the URL nothing. Throws what it is refused with. */
  async read(request: AuthenticatedRequest): Promise<unknown> {
    refuseParameters(request);
    return parseJson(await this.bodies.read(rawRequest(request), holderOf(request)), DETAILS);
  }
}
