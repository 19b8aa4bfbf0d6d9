/**
 * The same items, each of which is asked for while the one before it is used. Resolves once the first one is there, and rejects where
 * there will be none.
 */
export async function oneAhead<T>(items: AsyncGenerator<T, void, undefined>): Promise<AsyncIterable<T>> {
  return following(await items.next(), items);
}

async function* following<T>(
  first: IteratorResult<T, void>,
  items: AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  try {
    for (let current = first; !current.done;) {
      const next = items.next();
      // Its failure is told when it is awaited, and nobody may come back for that.
      next.catch(() => undefined);
      yield current.value;
      current = await next;
    }
  } finally {
    await items.return();
  }
}
