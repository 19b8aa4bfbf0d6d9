const { key } = document.body.dataset;
const id = (prefix) => `${prefix}_${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
const conversationId = id('conv');
const messageId = id('msg');
const find = (selector) => document.querySelector(selector);

/** Sends one event; `keepalive` lets it arrive although the page is left. */
async function log(event) {
  const item = addAnswer(event);
  const start = performance.now();
  try {
    const response = await fetch('/events', {
      method: 'POST',
      keepalive: true,
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(event),
    });
    const took = `${Math.round(performance.now() - start)} ms`;
    showAnswer(item, response.ok, response.status, took, await response.json());
  } catch {
    showAnswer(item, false, 'no answer', '', {});
  }
  await refresh();
}

function element(tag, className, text = '') {
  return Object.assign(document.createElement(tag), { className, textContent: text });
}

function addAnswer({ type }) {
  const item = element('li', 'waiting');
  const line = element('div', 'line');
  line.append(element('span', 'status', '…'), element('span', 'type', type), element('span', 'took'));
  item.append(line, element('pre', ''));
  find('.answers').prepend(item);
  for (const old of [...find('.answers').children].slice(3)) old.remove();
  return item;
}

function showAnswer(item, ok, status, took, body) {
  item.className = ok ? 'ok' : 'failed';
  item.querySelector('.status').textContent = status;
  item.querySelector('.took').textContent = took;
  item.querySelector('pre').textContent = JSON.stringify(inShort(body), null, 2);
}

/** A problem without what it says twice: `error` repeats it for clients of other APIs, and `errors` has each detail. */
function inShort({ error, detail, ...body }) {
  return error === undefined || body.errors ? body : { ...body, detail };
}

async function refresh() {
  const response = await fetch('/page/events').catch(() => undefined);
  find('.live').hidden = !response?.ok;
  if (!response?.ok) return;
  const rows = (await response.json()).map(({ receivedAt, type, subject }) => {
    const row = element('li', '');
    const time = new Date(receivedAt).toLocaleTimeString([], { hour12: false });
    row.append(element('time', '', time), element('span', 'type', type), element('span', 'subject', subject));
    return row;
  });
  find('.stored').replaceChildren(...rows);
  find('.stored + .empty').hidden = rows.length > 0;
}

find('.search').addEventListener('submit', (submitted) => {
  submitted.preventDefault();
  const searchQuery = find('#query').value.trim();
  if (searchQuery !== '') log({ entityType: 'search', type: 'search_query_submitted', searchQuery });
});

for (const button of document.querySelectorAll('[data-feedback]')) {
  button.addEventListener('click', () => {
    if (button.ariaPressed === 'true') return; // a message has one rating
    for (const other of document.querySelectorAll('[data-feedback]')) other.ariaPressed = String(other === button);
    const type = `assistant_${button.dataset.feedback}_feedback_submitted`;
    log({ entityType: 'message', type, messageId, properties: { conversationId } });
  });
}

find('.share').addEventListener('click', () => {
  log({ entityType: 'conversation', type: 'chat_share_button_clicked', conversationId });
});

const FAULTS = {
  'no-message': { entityType: 'message', type: 'message:copied' },
  'other-integration': { entityType: 'message', type: 'message:copied', messageId, integrationId: 'another-page' },
};
for (const button of document.querySelectorAll('[data-fault]')) {
  button.addEventListener('click', () => log(FAULTS[button.dataset.fault]));
}

find('.curl').textContent = [
  `curl ${location.origin}/events \\`,
  `  -H 'Authorization: Bearer ${key}' \\`,
  `  -H 'Content-Type: application/json' \\`,
  `  -d '${JSON.stringify({ entityType: 'message', type: 'message:copied', messageId: 'msg_1' })}'`,
].join('\n');

// Browsers let a page on another machine copy over HTTPS alone.
find('.copy').hidden = navigator.clipboard === undefined;
find('.copy').addEventListener('click', async ({ target }) => {
  await navigator.clipboard.writeText(find('.curl').textContent);
  target.textContent = 'Copied';
  setTimeout(() => (target.textContent = 'Copy'), 2_000);
});

// A beacon arrives although the page is gone; it can't carry a header, so the web key stands in its URL.
addEventListener('pagehide', () => {
  const event = { entityType: 'conversation', type: 'page_left', conversationId };
  navigator.sendBeacon(`/events/beacon?key=${encodeURIComponent(key)}`, JSON.stringify(event));
});

await refresh();
setInterval(() => document.hidden || refresh(), 2_000);
