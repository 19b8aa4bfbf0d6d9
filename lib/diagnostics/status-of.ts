/**
 * The HTTP status that a Nest exception stands for. By its method instead of `instanceof`, as a host can have two copies of
 * Nest, one for `import` and one for `require`.
 */
export function statusOf(error: unknown): number | undefined {
  try {
    const { getStatus } = (error ?? {}) as { getStatus?: unknown };
    const status: unknown = typeof getStatus === 'function' ? getStatus.call(error) : undefined;
    return Number.isInteger(status) ? (status as number) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether an error says that the same may work later. */
export function isUnavailable(error: unknown): boolean {
  return statusOf(error) === 503;
}
