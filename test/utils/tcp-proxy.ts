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
  private isToCut = false;
  private port = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private target: URL,
  ) {
    server.on('connection', (client) => this.accept(client));
  }

  static async start(targetUrl: string): Promise<TcpProxy> {
    const server = createServer({ noDelay: true });
    const proxy = new TcpProxy(server, new URL(targetUrl));
    await proxy.listen();
    return proxy;
  }

  /** The target's URL, through the proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String(this.address);
    return url.href;
  }

  private get address(): number {
    return (this.server.address() as AddressInfo).port;
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

  /** Breaks the next connection on which the client says something, after that was handed on. */
  cutAfterNextRequest(): void {
    this.isToCut = true;
  }

  /** Refuses connections, as where no server runs. */
  async stop(): Promise<void> {
    if (!this.server.listening) return;
    this.port = this.address;
    this.switchTo('down');
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Takes connections, after `stop()` on the same port. */
  async listen(): Promise<void> {
    this.mode = 'pass';
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
  }

  private accept(client: Socket): void {
    if (this.mode === 'down') return void client.destroy();
    const target = connect({ port: Number(this.target.port), host: this.target.hostname, noDelay: true });
    let broken = false;
    client.on('data', (chunk) => {
      broken ||= this.mode === 'blackhole';
      if (!broken || this.mode === 'dropReplies') target.write(chunk);
      if (this.isToCut) client.destroy();
      this.isToCut = false;
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
