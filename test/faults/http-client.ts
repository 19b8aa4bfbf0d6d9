import { Agent, type IncomingHttpHeaders, request } from 'node:http';

export const KEY = 'key-of-the-fault-tests';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Rejects when the connection breaks, and after 15 s. Never tries again. */
export function post(url: string, body: string, agent: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = {
      Authorization: `Bearer ${KEY}`,
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
    };
    request(url, { method: 'POST', agent, headers, signal: AbortSignal.timeout(15_000) }, (response) => {
      const chunks: Buffer[] = [];
      response
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('error', reject)
        .on('end', () => {
          resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks).toString() });
        });
    })
      .on('error', reject)
      .end(body);
  });
}
