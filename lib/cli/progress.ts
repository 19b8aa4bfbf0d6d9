/** How far something is, for people. */
export interface Progress {
  update(done: number): void;
  stop(): void;
}

const NONE: Progress = { update: () => undefined, stop: () => undefined };

/**
 * A bar on the error output, where somebody looks, the package that draws it is installed and there is something to do; `total`
 * is only asked for then.
 */
export async function progressOf(isShown: boolean, total: () => Promise<number>): Promise<Progress> {
  if (!isShown) return NONE;
  const { default: bars } = await import('cli-progress').catch(() => ({ default: undefined }));
  if (bars === undefined) return NONE;
  const count = await total();
  if (count === 0) return NONE;
  const bar = new bars.SingleBar({
    format: '{bar} {percentage}% | {value} of {total} events | {eta_formatted} left',
    // While nothing is done yet, the time that is left is `INF`, of which the package itself would show the last two letters.
    formatTime: (seconds, ...more) => (Number.isFinite(Number(seconds)) ? bars.Format.TimeFormat(seconds, ...more) : '?'),
  });
  bar.start(count, 0);
  return bar;
}
