/** What `promise` settles to; rejects with the code `ETIMEDOUT` when that takes longer than `ms` milliseconds. */
export async function within<T>(ms: number, promise: PromiseLike<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    const late = () => reject(Object.assign(new Error('No answer in time'), { code: 'ETIMEDOUT' }));
    // Read what has arrived before giving up: a busy event loop is no slow peer.
    timer = setTimeout(() => setImmediate(late), ms);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
