/** One field that was refused. */
export interface FieldError {
  /** JSON Pointer fragment of the field (RFC 6901 §6), e.g. `#/properties/tags/0`. */
  pointer: string;
  /** What is wrong and how to fix it; never the value. */
  detail: string;
}
