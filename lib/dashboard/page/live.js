import { refusalOf, wait } from './api.js';
import { messagesOf } from './event-stream.js';

const POLL_MS = 5_000;
const MAX_PAUSE_MS = 30_000;

/**
 * Follows what is stored: by the live route, which it joins again after a fault where it has left off; where that route can't
 * be had, `poll` is called again and again. Rejects where the key is refused; resolves when it is aborted.
 */
export async function follow(api, path, { onEvent, onState, poll, signal }) {
  let position;
  let pause = 1_000;
  while (!signal.aborted) {
    try {
      const answer = await open(api, path, position, signal);
      if (answer === undefined) return await pollOn(poll, onState, signal);
      onState('live');
      for await (const message of messagesOf(answer.body)) {
        pause = 1_000;
        position = message.id ?? position;
        if (message.event === 'stored') onEvent(JSON.parse(message.data));
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error.isOfKey) throw error;
      if (error.status > 0) position = undefined; // It is refused, as where the host has another database now.
    }
    onState('waiting');
    await wait(pause, signal).catch(() => undefined);
    pause = Math.min(2 * pause, MAX_PAUSE_MS);
  }
}

/** The answer of the live route, or undefined where there is none. */
async function open(api, path, position, signal) {
  const headers = { Accept: 'text/event-stream', ...(position && { 'Last-Event-ID': position }) };
  const answer = await api.fetch(path, { headers, signal });
  if (answer.ok && /^text\/event-stream/.test(answer.headers.get('Content-Type') ?? '')) return answer;
  if (answer.ok || [404, 405, 406, 501].includes(answer.status)) return undefined;
  throw await refusalOf(answer);
}

async function pollOn(poll, onState, signal) {
  onState('polling');
  while (!signal.aborted) {
    await wait(POLL_MS, signal).catch(() => undefined);
    if (signal.aborted) return;
    try {
      await poll();
      onState('polling');
    } catch (error) {
      if (error.isOfKey) throw error;
      if (!signal.aborted) onState('waiting');
    }
  }
}
