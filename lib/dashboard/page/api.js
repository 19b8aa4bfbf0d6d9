const MAX_AT_ONCE = 3;
const MAX_TRIES = 4;
const LATER = [429, 503];

/** An answer that is no success. */
export class Refusal extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }

  /** Whether another key is needed. */
  get isOfKey() {
    return this.status === 401 || this.status === 403;
  }
}

/** The query routes, asked with a key. Few questions at once, so that one page does not take the turns of others. */
export class Api {
  #running = 0;
  #waiting = [];

  constructor(base, key) {
    this.base = base;
    this.key = key;
  }

  query(body, signal) {
    return this.post('events', body, signal).then(({ data }) => data);
  }

  async post(path, body, signal) {
    return this.#inTurn(async () => (await this.send(path, { method: 'POST', body: JSON.stringify(body), signal })).json());
  }

  async get(path, signal) {
    return (await this.send(path, { signal })).json();
  }

  /** The answer to a request, if it is a success; what passes is tried again. */
  async send(path, { headers, ...init }, tries = MAX_TRIES) {
    const answer = await this.fetch(path, { ...init, headers: { 'Content-Type': 'application/json', ...headers } });
    if (answer.ok) return answer;
    if (!LATER.includes(answer.status) || tries <= 1) throw await refusalOf(answer);
    await wait(1000 * Math.min(Number(answer.headers.get('Retry-After')) || 1, 10), init.signal);
    return this.send(path, { ...init, headers }, tries - 1);
  }

  async fetch(path, { headers, ...init }) {
    try {
      const options = { cache: 'no-store', credentials: 'same-origin', ...init };
      return await fetch(new URL(path, this.base), { ...options, headers: { ...headers, Authorization: `Bearer ${this.key}` } });
    } catch (error) {
      throw error.name === 'AbortError' ? error : new Refusal(0, 'The server can’t be reached.');
    }
  }

  async #inTurn(ask) {
    if (this.#running >= MAX_AT_ONCE) await new Promise((turn) => this.#waiting.push(turn));
    this.#running++;
    try {
      return await ask();
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }
}

export async function refusalOf(answer) {
  const problem = await answer.json().catch(() => ({}));
  return new Refusal(answer.status, typeof problem.detail === 'string' ? problem.detail : answer.statusText);
}

export function wait(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => (clearTimeout(timer), reject(signal.reason)), { once: true });
  });
}

/** What to tell of an error, and what to do about it. */
export function wordsOf(error) {
  const words = {
    0: 'The server can’t be reached. Is it running?',
    404: 'There are no query routes here. Does the host import EventLogQueryModule, and is `queryPath` its path?',
    429: 'Too many requests with this key. Try again in a moment.',
    503: 'The server or its database is busy. Try again in a moment.',
  };
  if (!(error instanceof Refusal)) return 'The answer was not understood. Load the page again.';
  return words[error.status] ?? (error.message || 'Something went wrong.');
}

/** What to tell of a key that is refused. */
export function keyWordsOf({ status, message }) {
  if (status === 401) return 'This key is unknown, has expired or was revoked.';
  if (message.includes('origin')) return `This key may not be used from this page: add ${location.origin} to its allowedOrigins.`;
  return 'This key may not read: it needs the scope events:read.';
}
