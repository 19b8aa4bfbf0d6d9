import { run } from '../package/shell.mjs';

/** What npm ends with where it gets no answer at all. An answer, be it 404, or a package that can't be built is no such thing. */
const UNREACHED =
  /^npm (?:error|ERR!) (?:code (E(?:CONN(?:REFUSED|RESET|ABORTED)|AI_AGAIN|NOTFOUND|TIMEDOUT|HOSTUNREACH|NETUNREACH)|ERR_SOCKET_TIMEOUT)$|(network timeout) at)/m;
/** So that npm gives up, and says so, before it is stopped. */
const PATIENCE = ['--fetch-timeout=40000', '--fetch-retries=1'];

/** Installs a package. Resolves to why the registry can't be reached, to undefined where it is installed; throws all else. */
export async function install(folder, name, ...options) {
  const flags = ['--no-audit', '--no-fund', ...PATIENCE, ...options];
  try {
    await run('npm', ['install', ...flags, name], { cwd: folder, timeout: 180_000 });
  } catch (error) {
    const [, code, timeout] = UNREACHED.exec(error.stderr) ?? [];
    if (code === undefined && timeout === undefined) throw error;
    return code ?? timeout;
  }
}
