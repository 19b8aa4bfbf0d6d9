import type {
  ApiHeaderOptions,
  ApiOperationOptions,
  ApiParamOptions,
  ApiQueryOptions,
  ApiResponseOptions,
} from '@nestjs/swagger';

/** What the document says of one method of a controller. */
export interface Operation extends Pick<ApiOperationOptions, 'summary' | 'description' | 'requestBody'> {
  readonly headers: readonly ApiHeaderOptions[];
  readonly path?: ApiParamOptions;
  readonly query?: readonly ApiQueryOptions[];
  readonly isBearer: boolean;
  readonly success: ApiResponseOptions;
  readonly problems: readonly number[];
}
