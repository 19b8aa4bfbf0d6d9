import type { FieldError } from '../events/validation/field-error.interface.js';

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
  /** With status 422: the refused fields, at most 50. With 409, for a key that may read the stored event: those that differ. */
  errors?: FieldError[];
}
