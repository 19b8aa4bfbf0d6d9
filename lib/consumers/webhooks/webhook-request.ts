import type { Readable } from 'node:stream';
import type { Agent } from 'undici';

/** As much of an answer is read, so that its connection can be used again. Nothing of it is kept. */
const MAX_ANSWER_BYTES = 65_536;

export interface WebhookRequest {
  readonly url: URL;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Sends one request, and resolves to the status of its answer, which counts whatever becomes of the rest of it. */
export async function post(agent: Agent, { url, headers, body }: WebhookRequest, signal: AbortSignal): Promise<number> {
  const { origin, pathname, search } = url;
  const answer = await agent.request({ origin, path: pathname + search, method: 'POST', headers, body, signal });
  await drain(answer.body).catch(() => undefined);
  return answer.statusCode;
}

/** Reads to the end; what is longer is cut off with its connection. */
async function drain(answer: Readable): Promise<void> {
  let bytes = 0;
  for await (const chunk of answer) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_ANSWER_BYTES) return;
  }
}
