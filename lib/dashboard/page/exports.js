import { byId } from './dom.js';
import { wordsOf } from './api.js';
import { numberText } from './formats.js';

const TYPES = { csv: 'text/csv', ndjson: 'application/x-ndjson' };

/** Loads the export into a file of the browser's; what breaks off is never saved. */
export async function download(api, format, body) {
  const state = byId('export-state');
  const say = (text) => (state.textContent = text);
  say('The export begins…');
  try {
    const init = { method: 'POST', body: JSON.stringify(body), headers: { Accept: TYPES[format] } };
    const answer = await api.send('events/export', init);
    const counted = answer.body.pipeThrough(counter((bytes) => say(`Exporting: ${numberText(Math.ceil(bytes / 1024))} kB…`)));
    save(await new Response(counted, { headers: { 'Content-Type': TYPES[format] } }).blob(), `events.${format}`);
    say('The export is complete.');
  } catch (error) {
    if (error.isOfKey) throw error;
    say(`Nothing was saved: ${error instanceof TypeError ? 'the export broke off. Try a narrower time range.' : wordsOf(error)}`);
  }
}

function counter(tell) {
  let bytes = 0;
  let told = 0;
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (performance.now() - told > 500) tell(bytes, (told = performance.now()));
      controller.enqueue(chunk);
    },
  });
}

function save(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
