import assert from 'node:assert/strict';
import { cp, readdir, readFile, symlink } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { basename, join } from 'node:path';
import { check } from './check.mjs';
import { readJson, root, run } from './shell.mjs';

const manifest = await readJson(join(root, 'package.json'));

/** What a clone does not have. */
const ABSENT = new Set(['.git', 'dist', 'data', 'coverage', 'node_modules']);

/** Packs a clone of the checkout, checks what is in the tarball, and resolves to its path. */
export async function checkTarball(temporary) {
  const clone = join(temporary, 'clone');
  await cloneTo(clone);
  const { stdout } = await run('npm', ['pack', '--json', '--foreground-scripts=false', '--pack-destination', temporary], {
    cwd: clone,
  });
  const [{ filename, files }] = JSON.parse(stdout);
  const paths = files.map(({ path }) => path);

  await check('the tarball holds dist/esm, dist/cjs and the files about them, nothing else', () => {
    const tops = paths.map((path) => path.match(/^dist\/(?:esm|cjs)(?=\/)|.*/)[0]);
    const expected = ['CHANGELOG.md', 'LICENSE', 'README.md', 'dist/cjs', 'dist/esm', 'package.json'];
    assert.deepEqual([...new Set(tops)].sort(), expected);
  });

  await check('every file in dist is of a source in lib', async () => {
    const sources = await readdir(join(root, 'lib'), { recursive: true });
    const modules = sources.filter((path) => path.endsWith('.ts')).map((path) => path.slice(0, -'.ts'.length));
    // The command line is one program, an ES module: nothing would load it in CommonJS.
    const expected = ['esm', 'cjs'].flatMap((format) =>
      modules
        .filter((path) => format === 'esm' || !path.startsWith('cli/'))
        .flatMap((path) => [`dist/${format}/${path}.js`, `dist/${format}/${path}.d.ts`]),
    );
    const inDist = paths.filter((path) => path.startsWith('dist/'));
    assert.deepEqual(inDist.sort(), [...expected, 'dist/cjs/package.json'].sort());
  });

  await check('every package that dist imports is a dependency or a peer', async () => {
    const declared = new Set([...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)]);
    const undeclared = [];
    for (const path of paths.filter((path) => /^dist\/.*(?:\.js|\.d\.ts)$/.test(path))) {
      // Without comments: an example in one imports the package itself, as its reader does.
      const code = (await readFile(join(clone, path), 'utf8')).replaceAll(/^ *\/\*\*.*?\*\/$/gms, '');
      const specifiers = code.matchAll(
        /(?:\bfrom |\bimport |\bimport\(|\brequire\()['"]([^'".][^'"]*)['"]|<reference types="([^"]+)"/g,
      );
      for (const [, imported, referenced] of specifiers) {
        const [, name] = /^((?:@[^/]+\/)?[^/]+)/.exec(imported ?? referenced);
        const builtin = name.startsWith('node:') || builtinModules.includes(name);
        if (!builtin && !declared.has(name)) undeclared.push(`${name} in ${path}`);
      }
    }
    assert.deepEqual(undeclared, []);
  });

  const tarball = join(temporary, filename);
  await check('every entry has the right types for each way to resolve it (attw)', () =>
    run('npx', ['--no', '--', 'attw', tarball, '--no-definitely-typed', '--format', 'ascii'], { cwd: root }),
  );
  await check('what package.json says fits what is packed (publint)', () =>
    run('npx', ['--no', '--', 'publint', tarball, '--strict'], { cwd: root }),
  );
  return tarball;
}

/** Copies the checkout without what is built there: the package is built anew, and other tests may use what the checkout has. */
async function cloneTo(folder) {
  await cp(root, folder, { recursive: true, filter: (path) => !ABSENT.has(basename(path)) });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
}
