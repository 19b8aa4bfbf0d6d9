import type { Server } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * Tells the parent process the port, and from then on answers each of its messages with what was used so far; with
 * LOOP_DELAY also how long the event loop was held, which costs a timer every millisecond; and with what `more()` gives.
 */
export function listening(server: Server, more: () => object = () => ({})): void {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  if (process.env.LOOP_DELAY) delay.enable();
  process.on('message', () => {
    process.send?.({ cpu: process.cpuUsage(), memory: process.memoryUsage(), heldMs: delay.max / 1e6, ...more() });
    delay.reset();
  });
  process.on('disconnect', () => process.exit());
  process.send?.({ port: (server.address() as { port: number }).port });
}
