import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { check } from '../package/check.mjs';
import { install } from './install.mjs';

/** What is a reason to skip, and what is none: against registries of our own. */
export async function checkInstall(folder, name) {
  const ask = (registry) => install(folder, name, `--registry=${registry}`, '--fetch-retries=0', '--fetch-timeout=1000');
  await check('a registry that nobody serves is a reason to skip', async () => {
    const closed = await withRegistry(undefined, (registry) => registry);
    assert.equal(await ask(closed), 'ECONNREFUSED');
  });
  await check('a registry that never answers is a reason to skip', () =>
    withRegistry(undefined, async (registry) => assert.equal(await ask(registry), 'network timeout')),
  );
  for (const status of [404, 403, 500]) {
    const answer = (_request, response) => response.writeHead(status).end('{}');
    const isTold = ({ stderr }) => stderr.includes(`code E${status}`);
    await check(`a registry that answers ${status} is none`, () =>
      withRegistry(answer, (registry) => assert.rejects(ask(registry), isTold)),
    );
  }
}

async function withRegistry(answer, work) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await work(`http://127.0.0.1:${server.address().port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
