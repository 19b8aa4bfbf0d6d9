import { applyDecorators, RequestMapping, RequestMethod, SetMetadata } from '@nestjs/common';

/** What a route of the module takes. */
export interface OwnRouteOptions {
  /**
   * The methods that it serves. With GET it serves HEAD, and with `cors` OPTIONS; all others are answered with 405. To Nest, and
   * so in its log and in OpenAPI documents, the route is of the first one.
   */
  readonly methods: readonly [keyof typeof RequestMethod, ...string[]];
  /** Media types of its body; none where it takes no body. */
  readonly body?: string | readonly string[];
}

const OWN_ROUTE = 'EVENT_LOG:OWN_ROUTE';

/** As by `@ApiExcludeEndpoint()` of @nestjs/swagger: it would tell neither body nor answers. `openapi/` includes what it describes. */
const LeftOutOfOpenApi = SetMetadata('swagger/apiExcludeEndpoint', { disable: true });

/**
 * A route that belongs to the module alone: no parser, CORS, version or method check of the host's touches its requests.
 * Several handlers may share a path where their methods differ.
 */
export const OwnRoute = (options: OwnRouteOptions, path: string | string[] = '') =>
  applyDecorators(
    RequestMapping({ path, method: RequestMethod[options.methods[0]] }),
    SetMetadata(OWN_ROUTE, options),
    LeftOutOfOpenApi,
  );

/** What `@OwnRoute()` says of a handler that Nest registers, to which it has copied the metadata of the method. */
export function ownRouteOf(handler: object): OwnRouteOptions | undefined {
  return Reflect.getMetadata(OWN_ROUTE, handler) as OwnRouteOptions | undefined;
}
