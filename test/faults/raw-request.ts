import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type Answer, KEY } from './http-client.js';
import { until } from '../utils/until.js';

/** A request whose bytes the test sends itself, on a connection of its own. */
export class RawRequest {
  /** All that came back so far. */
  received = '';

  private constructor(
    readonly socket: Socket,
    private readonly body: Buffer,
  ) {
    socket.on('data', (chunk) => (this.received += chunk)).on('error', () => undefined);
  }

  static async open(url: string, body: string): Promise<RawRequest> {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await once(socket, 'connect');
    return new RawRequest(socket, Buffer.from(body));
  }

  sendHead(...headers: string[]): void {
    const lines = ['POST /events HTTP/1.1', 'Host: localhost', `Authorization: Bearer ${KEY}`, 'Content-Type: application/json'];
    this.socket.write([...lines, `Content-Length: ${this.body.length}`, ...headers, '', ''].join('\r\n'));
  }

  /** Sends a part of the body, in shares of it: `sendBody(0, 0.5)` is its first half. */
  sendBody(from = 0, to = 1): void {
    const { length } = this.body;
    this.socket.write(this.body.subarray(Math.floor(from * length), Math.floor(to * length)));
  }

  /** The final answer, once all of it is there. */
  async answer(): Promise<Answer> {
    await until('the request is answered', () => this.parse() !== undefined);
    return this.parse()!;
  }

  private parse(): Answer | undefined {
    const [head, status, body] = /^HTTP\/1\.1 ([2-5]\d\d) [^]*?\r\n\r\n([^]*)$/m.exec(this.received) ?? [];
    if (head === undefined) return undefined;
    const fields = head.slice(0, head.indexOf('\r\n\r\n')).matchAll(/^([\w-]+): *(.*?)\r?$/gm);
    const headers = Object.fromEntries(Array.from(fields, ([, name, value]) => [name.toLowerCase(), value]));
    return body.length < Number(headers['content-length']) ? undefined : { status: Number(status), headers, body };
  }
}
