/** One field that was refused. */
export interface FieldError {
  /** JSON Pointer fragment of the field (RFC 6901 §6), e.g. `#/properties/tags/0`. */
  pointer: string;
  /** What is wrong and how to fix it; never the value. */
  detail: string;
}

/** The body of every error of the module's route (RFC 9457), with the members that SDK clients read. */
export interface ProblemDetails {
  title: string;
  status: number;
  detail: string;
  /** Path of the request, without its query. */
  instance: string;
  requestId: string;
  /** The title in snake_case. */
  code: string;
  /** The same for clients of the older format: the code, and the detail cut to 100 characters. */
  error: { code: string; message: string };
  /** With status 422: the refused fields, at most 50. */
  errors?: FieldError[];
}
