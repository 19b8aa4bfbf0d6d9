import assert from 'node:assert/strict';
import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { check, skip } from './check.mjs';
import { compile, npmInstall, root, run } from './shell.mjs';
import { PACKAGES, TRACERS } from './tracers/matrix.mjs';

const ORIGIN = 'https://site.example';
const ANSWERS = {
  small: [200, 'application/json', ORIGIN],
  large: [200, 'application/json', ORIGIN],
  malformed: [400, 'application/problem+json', ORIGIN],
  preflight: [204, undefined, ORIGIN],
  doubled: [200, 'application/json', ORIGIN],
};

/** Loads each tracer into the host first, on Express and on Fastify, and sends what a tracer once cost. */
export async function checkTracers({ name, type }, temporary) {
  const cwd = join(temporary, type);
  // Not held to their peers: Sentry's and OpenTelemetry's packages do not know Nest 12 yet.
  await check(`${name}: the tracers install`, () =>
    npmInstall(cwd, [...PACKAGES.common, ...PACKAGES[type]], '--legacy-peer-deps'),
  );
  const folder = join(root, 'test/package/tracers');
  for (const file of await readdir(folder)) await copyFile(join(folder, file), join(cwd, file));
  await check(`${name}: a host to trace compiles`, () => compile(cwd, ['traced-host.ts'], { skipLibCheck: true }));

  await each(async (platform) => {
    await check(`${name}, ${platform}, without a tracer: the answers are right, and there are no spans`, async () => {
      const { answers, spans } = await observe(cwd, platform, {});
      assert.deepEqual([answers, spans], [ANSWERS, []]);
    });
  });
  for (const tracer of TRACERS.filter((tracer) => tracer[type])) {
    await each((platform) => tracer.spans[platform] && checkTracer(`${name}, ${platform}`, cwd, platform, type, tracer));
  }
}

function each(of) {
  return Promise.all(['express', 'fastify'].map(of));
}

async function checkTracer(host, cwd, platform, type, tracer) {
  if (tracer.breaksHost) {
    await check(`${host}, with ${tracer.name}: a host without the module does not boot either`, () =>
      assert.rejects(start(cwd, platform, 'bare', { ...tracer, flags: tracer[type] }), {
        stderr: tracer.breaksHost.stderr,
      }),
    );
    return skip(`${host}, with ${tracer.name}: ${tracer.breaksHost.reason}`);
  }
  await check(`${host}, with ${tracer.name}: the answers are as without, and nothing leaves the machine`, async () => {
    const { answers, spans, reached } = await observe(cwd, platform, { ...tracer, flags: tracer[type] });
    assert.deepEqual(answers, ANSWERS);
    assert.ok(
      spans.some((span) => tracer.spans[platform].test(span)),
      `It has wrapped nothing: ${spans}`,
    );
    assert.deepEqual(reached, []);
  });
}

async function observe(cwd, platform, tracer) {
  const { stdout } = await start(cwd, platform, 'with', tracer);
  const { answers, ...seen } = JSON.parse(stdout.trim().split('\n').at(-1));
  const { host, ...ours } = answers;
  assert.equal(host[0], 201);
  for (const answer of Object.values(ours)) answer[1] = answer[1]?.split(';')[0];
  return { answers: ours, ...seen };
}

function start(cwd, platform, mode, { flags = [], env = {}, wrapped = false }) {
  const call = ['-r', './loopback-only.cjs', ...flags, 'traced-host.js', platform, mode, ...(wrapped ? ['wrapped'] : [])];
  return run(process.execPath, call, { cwd, env: { ...process.env, ...env }, timeout: 60_000 });
}
