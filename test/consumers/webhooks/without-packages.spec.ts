import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const urlOf = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;

/** To Node, the package is not installed. */
function without(name: string): string {
  const hook = `export const resolve = (specifier, context, next) => {
    if (specifier === '${name}') throw new Error('Cannot find package');
    return next(specifier, context);
  }`;
  return urlOf(`import { register } from 'node:module'; register(${JSON.stringify(urlOf(hook))})`);
}

/** Prints the names of what is loaded, or why it is not, as the built package does. */
async function loadedWith(...flags: string[]): Promise<string> {
  const file = pathToFileURL(join(process.cwd(), 'dist/esm/consumers/webhooks/load-webhook-packages.js')).href;
  const script = `
    import { loadWebhookPackages } from '${file}';
    const loaded = await loadWebhookPackages().then(Object.keys, ({ message }) => message);
    console.log(String(loaded));`;
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, '--input-type=module', '-e', script]);
  return stdout.trim();
}

it.each(['undici', 'standardwebhooks'])('where %s is not installed, webhooks say what to install', async (name) => {
  const said = await loadedWith('--import', without(name));
  expect(said).toBe('Webhooks need undici and standardwebhooks: npm install undici@7 standardwebhooks');
});

it('where both are installed, they are loaded', async () => {
  expect(await loadedWith()).toBe('Agent,Webhook');
});
