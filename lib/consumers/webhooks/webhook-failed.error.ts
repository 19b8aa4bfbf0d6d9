/** A request to an endpoint that failed: nothing of what was sent or answered, but the status. */
export class WebhookFailedError extends Error {
  override readonly name = 'WebhookFailedError';

  constructor(
    message: string,
    readonly status?: number,
  ) {
    super(message);
  }
}
