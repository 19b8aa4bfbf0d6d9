import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Calls these tools of the SDK's MCP server as an agent does: over stdio. Resolves to the names of all tools and the answers. */
export async function askByMcp(script, { serverUrl, key }, calls) {
  const flags = ['--server-url', serverUrl, '--api-integration-key', key];
  const server = spawn(process.execPath, [script, 'start', ...flags], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const send = sender(server);
    await send('initialize', { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: { name: 'test', version: '1' } });
    server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`);
    const { tools } = await send('tools/list', {});
    const answers = [];
    for (const [name, request] of calls) answers.push(await send('tools/call', { name, arguments: { request } }));
    return { tools: tools.map(({ name }) => name), answers };
  } finally {
    const exit = once(server, 'exit');
    server.kill();
    await exit;
  }
}

function sender(server) {
  const waiting = new Map();
  createInterface({ input: server.stdout }).on('line', (line) => {
    const { id, result, error } = JSON.parse(line);
    const { resolve, reject } = waiting.get(id) ?? {};
    if (error === undefined) resolve?.(result);
    else reject?.(new Error(error.message));
  });
  return (method, params) =>
    new Promise((resolve, reject) => {
      const id = waiting.size + 1;
      waiting.set(id, { resolve, reject });
      server.once('exit', () => reject(new Error('The MCP server has ended')));
      server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    });
}
