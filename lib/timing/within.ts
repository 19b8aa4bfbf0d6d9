/** What `promise` settles to; rejects with the code `ETIMEDOUT` when that takes longer than `ms` milliseconds. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    const late = () => reject(Object.assign(new Error('No answer in time'), { code: 'ETIMEDOUT' }));
    timer = setTimeout(late, ms);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
