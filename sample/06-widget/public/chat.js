// A small chat of the sample's own. What it sends, and in which order, is what the widget sends; the answers are its own.

const { key, baseUrl } = document.body.dataset;
const ANSWERS = [
  [/guard/i, 'A guard decides whether a request may pass: a class with canActivate(), put on a route with @UseGuards().'],
  [/pipe/i, 'A pipe checks or changes what a handler is given, such as ValidationPipe does with a body.'],
  [/interceptor/i, 'An interceptor wraps a handler: it sees the request before, and the answer after it.'],
];
const UNKNOWN = 'This sample only knows about guards, pipes and interceptors.';
const PROPERTIES = { site: 'sample' };
const PERSON = { identificationType: 'COOKIED', id: personId() };

const find = (selector, from = document) => from.querySelector(selector);
const list = find('.messages');
const [share, clear, link, empty, notice] = ['.share', '.clear', '.link', '.empty', '.notice'].map((name) => find(name));

let messages = [];
/** What the server has answered last. */
let conversation;

/** Undefined where the server did not take it: the chat goes on without. */
async function send(path, body) {
  try {
    const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` };
    const init = body === undefined ? { headers } : { headers, method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(baseUrl + path, init);
    if (!response.ok) throw new Error(await response.text());
    return await response.json();
  } catch (error) {
    console.warn(`${path} did not take it:`, error.message);
    return undefined;
  }
}

/** The whole chat, at each step. */
async function saveChat() {
  const about = { tags: [], userProperties: PERSON, properties: PROPERTIES };
  const saved = await send('/conversations', { id: conversation?.id, type: 'openai', messages, ...about });
  if (saved !== undefined) conversation = saved;
  showState();
  return saved;
}

function logEvent(type, subject, properties = {}) {
  const all = { ...PROPERTIES, conversation, ...properties };
  return send('/events', { eventName: type, type, ...subject, properties: all, userProperties: PERSON });
}

const ofChat = () => ({ entityType: 'conversation', conversationId: conversation.id });
const ofMessage = (messageId) => ({ entityType: 'message', messageId });

async function ask(text) {
  add({ id: newId(1), role: 'user', content: text });
  const asked = saveChat().then((saved) => saved && logEvent('user_message_submitted', ofChat()));
  const answer = { id: newId(2), role: 'assistant', content: await answerTo(text), links: [], tool_calls: [] };
  add(answer);
  await Promise.all([asked, answered()]);
}

async function answered() {
  if ((await saveChat()) === undefined) return;
  await Promise.all([logEvent('assistant_message_received', ofChat()), logEvent('assistant_answer_displayed', ofChat())]);
}

/** Where a model would be. */
async function answerTo(text) {
  await new Promise((resolve) => setTimeout(resolve, 150));
  return ANSWERS.find(([topic]) => topic.test(text))?.[1] ?? UNKNOWN;
}

async function rate(item, messageId, type, reasons) {
  const createdAt = new Date().toISOString();
  const about = { userProperties: PERSON, properties: PROPERTIES, ...(reasons && { reasons }) };
  const saved = await send('/feedback', { type, messageId, createdAt, ...about });
  for (const [name, button] of [
    ['positive', '.up'],
    ['negative', '.down'],
  ]) {
    if (saved !== undefined) find(button, item).setAttribute('aria-pressed', String(saved.type === name));
  }
  if (conversation === undefined) return;
  const told = { conversationId: conversation.id, reasons: reasons ?? [] };
  await logEvent(`assistant_${type}_feedback_submitted`, ofMessage(messageId), told);
  if (type === 'negative') await logEvent('user_escalation_indicated', ofChat());
}

/** A copy without the person, with other ids. */
async function shareChat() {
  const anew = { createdAt: undefined, updatedAt: undefined, conversationId: undefined };
  const copies = conversation.messages.map((message) => ({ ...message, ...anew, id: Date.now() + message.id }));
  const copy = await send('/conversations', {
    type: 'openai',
    visibility: 'public',
    tags: [],
    userProperties: {},
    messages: copies,
  });
  if (copy === undefined) return;
  const url = `${location.origin}${location.pathname}?conversationId=${copy.id}`;
  Object.assign(link, { href: url, textContent: url, hidden: false });
  const ids = { sharedConversationId: copy.id, originalConversationId: conversation.id, sharedChatUrl: url };
  await logEvent('chat_share_button_clicked', ofChat(), ids);
}

async function clearChat() {
  const logged = conversation && logEvent('chat_clear_button_clicked', ofChat());
  messages = [];
  conversation = undefined;
  list.replaceChildren();
  for (const element of [link, notice]) element.hidden = true;
  showState();
  await logged;
}

/** A chat that somebody has shared. What is asked in it is a new one, with these messages before it. */
async function openShared(id) {
  const opened = await send(`/conversations/${id}`);
  notice.textContent = opened
    ? 'Somebody has shared this chat with you. Ask on, and it becomes yours.'
    : 'This chat is not shared.';
  notice.hidden = false;
  if (opened === undefined) return;
  opened.messages.forEach(({ id, role, content }, at) => add({ id: `${id}-${newId(at)}`, role, content: String(content) }));
  await logEvent('shared_chat_loaded', { entityType: 'conversation', conversationId: opened.id }, { conversation: opened });
}

function add(message) {
  messages = [...messages, message];
  const item = find('#message').content.firstElementChild.cloneNode(true);
  const isAnswer = message.role === 'assistant';
  item.classList.add(message.role);
  find('.who', item).textContent = isAnswer ? 'Answer' : 'You';
  find('.text', item).textContent = message.content; // text of a stranger: never as HTML
  find('.thumbs', item).hidden = !isAnswer;
  find('.up', item).addEventListener('click', () => rate(item, message.id, 'positive'));
  const [form, down] = [find('.reasons', item), find('.down', item)];
  const showForm = (isShown) => {
    form.hidden = !isShown;
    down.setAttribute('aria-expanded', String(isShown));
  };
  down.addEventListener('click', () => showForm(form.hidden));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const data = new FormData(form);
    const details = data.get('details');
    showForm(false);
    void rate(
      item,
      message.id,
      'negative',
      data.getAll('reason').map((label) => ({ label, details })),
    );
  });
  list.append(item);
  item.scrollIntoView({ block: 'nearest' });
  showState();
}

function showState() {
  empty.hidden = messages.length > 0;
  share.disabled = conversation === undefined; // also of a chat that somebody has shared, until it goes on
  clear.disabled = messages.length === 0;
}

function newId(number) {
  return `${Date.now()}-${Math.random().toString(36).slice(2, 6).padEnd(4, '0')}-${number}`;
}

function personId() {
  const known = localStorage.getItem('person');
  if (known !== null) return known;
  const id = crypto.randomUUID();
  localStorage.setItem('person', id);
  return id;
}

find('.question').addEventListener('submit', (event) => {
  event.preventDefault();
  const text = new FormData(event.target).get('question').trim();
  event.target.reset();
  void ask(text);
});
share.addEventListener('click', shareChat);
clear.addEventListener('click', clearChat);

const shared = new URLSearchParams(location.search).get('conversationId');
if (shared !== null) await openShared(shared);
