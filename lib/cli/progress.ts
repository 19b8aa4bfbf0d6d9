/** How far something is, for people. */
export interface Progress {
  update(done: number): void;
  stop(): void;
}

const NONE: Progress = { update: () => undefined, stop: () => undefined };

/** A bar on the error output, where somebody looks and the package that draws it is installed; `total` is only asked for then. */
export async function progressOf(isShown: boolean, total: () => Promise<number>): Promise<Progress> {
  if (!isShown) return NONE;
  const { default: bars } = await import('cli-progress').catch(() => ({ default: undefined }));
  if (bars === undefined) return NONE;
  const bar = new bars.SingleBar({ format: '{bar} {percentage}% | {value} of {total} events | {eta_formatted} left' });
  bar.start(await total(), 0);
  return bar;
}
