// Loaded before a tracer: nothing that it does may leave the machine. What it tries to reach is refused, and reported.
const net = require('node:net');

globalThis.reached = [];
const { connect } = net.Socket.prototype;

net.Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  const host = typeof options === 'object' ? (options.host ?? options.path ?? 'localhost') : String(options);
  if (host === '127.0.0.1') return connect.apply(this, args);
  globalThis.reached.push(host);
  return this.destroy(new Error(`Refused: ${host} is not of this machine`));
};
