/** What became of a request. No error: the endpoint has taken it. */
export interface WebhookResult {
  /** Of the answer. Absent: there was none. */
  readonly status?: number;
  /** How long it took, in milliseconds. */
  readonly ms: number;
  readonly error?: string;
}
