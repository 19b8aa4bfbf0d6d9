import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * What becomes of connections: bytes are handed on; connections are closed at once; bytes of both sides are swallowed;
 * what the client says is handed on, and the answers are swallowed. Where bytes were swallowed, none come any more.
 */
export type ProxyMode = 'pass' | 'down' | 'blackhole' | 'dropReplies';

/** Stands between an application and its database, on 127.0.0.1. */
export class TcpProxy {
  /** Bytes of answers that were swallowed. */
  droppedBytes = 0;
  private mode: ProxyMode = 'pass';
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private target: URL,
  ) {
    server.on('connection', (client) => this.accept(client));
  }

  static async start(targetUrl: string): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server, new URL(targetUrl));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** The target's URL, through the proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  switchTo(mode: ProxyMode): void {
    this.mode = mode;
    if (mode === 'down') for (const socket of this.sockets) socket.destroy();
  }

  /** New connections go to another server; those that are open stay where they are, as after a failover. */
  turnTo(targetUrl: string): void {
    this.target = new URL(targetUrl);
  }

  /** Breaks every connection with a TCP reset. */
  reset(): void {
    // Of a socket that is opening or closing, Node would lose the handle, and wait for it at exit without end.
    for (const socket of this.sockets) if (socket.readyState === 'open') socket.resetAndDestroy();
  }

  async stop(): Promise<void> {
    this.switchTo('down');
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(client: Socket): void {
    if (this.mode === 'down') return void client.destroy();
    const target = connect(Number(this.target.port), this.target.hostname);
    let broken = false;
    client.on('data', (chunk) => {
      broken ||= this.mode === 'blackhole';
      if (!broken || this.mode === 'dropReplies') target.write(chunk);
    });
    target.on('data', (chunk) => {
      broken ||= this.mode !== 'pass';
      if (broken) this.droppedBytes += chunk.length;
      else client.write(chunk);
    });
    target.on('close', () => broken || client.destroy());
    client.on('close', () => target.destroy());
    for (const socket of [client, target]) {
      this.sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
    }
  }
}
