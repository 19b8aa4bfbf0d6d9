export type OpenTelemetry = typeof import('@opentelemetry/api');

/** Of an optional peer, so not by a plain import. Throws an `Error` with what to install. */
export async function loadOpenTelemetry(): Promise<OpenTelemetry> {
  try {
    return await import('@opentelemetry/api');
  } catch (error) {
    throw new Error('EventLogTelemetryModule needs @opentelemetry/api: npm install @opentelemetry/api', { cause: error });
  }
}
