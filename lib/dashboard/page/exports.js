import { byId } from './dom.js';
import { wordsOf } from './api.js';
import { numberText } from './formats.js';

const TYPES = { csv: 'text/csv', ndjson: 'application/x-ndjson' };

/** Loads the export into a file of the browser's; what breaks off is never saved. */
export async function download(api, format, body) {
  const state = byId('export-state');
  const say = (text, className = 'quiet') => Object.assign(state, { textContent: text, className });
  say('The export begins…');
  try {
    const init = { method: 'POST', body: JSON.stringify(body), headers: { Accept: TYPES[format] } };
    const answer = await api.send('events/export', init);
    const counted = answer.body.pipeThrough(counter((bytes) => say(`Exporting: ${numberText(Math.ceil(bytes / 1024))} kB…`)));
    const file = await new Response(counted, { headers: { 'Content-Type': TYPES[format] } }).blob();
    const name = nameOf(answer) ?? `events.${format}`;
    save(file, name);
    say(`The export is complete: ${name}`);
  } catch (error) {
    if (error.isOfKey) throw error;
    say(`Nothing was saved: ${faultOf(error, format)}`, 'fault');
  }
}

/** The name that the server has given to the file. */
function nameOf(answer) {
  return /filename="([^"]+)"/.exec(answer.headers.get('Content-Disposition') ?? '')?.[1];
}

function faultOf(error, format) {
  if (error instanceof TypeError) return 'the export broke off. Try a narrower time range.';
  const hint = error.status === 406 && format !== 'ndjson' ? ' “Export NDJSON” needs nothing more.' : '';
  return `${wordsOf(error)}${hint}`;
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
