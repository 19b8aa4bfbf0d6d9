import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { StoredEvent } from 'nestjs-event-log';
import { Webhook } from 'standardwebhooks';

/** More than any request of a webhook has, but one event that is larger alone. */
const MAX_BYTES = 2 * 1024 * 1024;

/** What a webhook delivers: `events.stored`, or `events.erased` with ids alone. */
interface Payload {
  type: string;
  data: { events: StoredEvent[] };
}

/**
 * A server of somebody else, to which a webhook delivers events. It takes those that the secret has signed, in the last five minutes;
 * events may come twice, so `receive` does what can be repeated.
 */
export function createReceiver(secret: string, receive: (events: StoredEvent[]) => unknown): Server {
  const webhook = new Webhook(secret);
  return createServer(async (request, response) => {
    try {
      const body = await bodyOf(request);
      const { type, data } = verified(webhook, body, request);
      if (type === 'events.stored') await receive(data.events); // other types may come one day, and are taken too
      response.writeHead(204).end();
    } catch (error) {
      // With any other status than 2xx it is delivered again, so what is wrong here is not lost.
      response.writeHead(error instanceof Refusal ? error.status : 500, { Connection: 'close' }).end();
    }
  });
}

class Refusal extends Error {
  constructor(readonly status: number) {
    super();
  }
}

/** As bytes: the signature is one of what was sent, not of what a parser makes of it. */
async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Refusal(413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function verified(webhook: Webhook, body: string, { headers }: IncomingMessage): Payload {
  try {
    return webhook.verify(body, headers as Record<string, string>) as Payload;
  } catch {
    throw new Refusal(401);
  }
}
