import { getDataSourceToken } from '@nestjs/typeorm';
import { EventEntity } from 'nestjs-event-log/typeorm';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, type BrowserContext, chromium, type Page, type Request } from 'playwright-core';
import type { DataSource } from 'typeorm';
import { WidgetPage } from '../../sample/06-widget/widget-page.js';
import { type ConversationsHost, KEYS, startConversations, storedIn } from '../conversations/host.js';
import { ADAPTERS, closeApps } from '../utils/create-app.js';
import { describeEngines } from '../utils/describe-engines.js';
import { until } from '../utils/until.js';

const ASKED = 'user_message_submitted';
const ANSWERED = ['assistant_message_received', 'assistant_answer_displayed'];

let browser: Browser;

beforeAll(async () => {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--headless', '--disable-gpu', '--disable-quic'] });
});
afterAll(() => browser?.close());

/** In place of the widget's script, of which no more is known than how it is called. */
const STAND_IN = `
window.Inkeep = {
  async EmbeddedChat(target, settings) {
    const { apiKey, analyticsApiBaseUrl } = settings.baseSettings;
    const headers = { 'Content-Type': 'application/json', Authorization: 'Bearer ' + apiKey };
    const body = JSON.stringify({ type: 'openai', messages: [{ id: 'm', role: 'user', content: 'One?' }] });
    const { status } = await fetch(analyticsApiBaseUrl + '/conversations', { method: 'POST', headers, body });
    document.querySelector(target).append(status + ' ' + settings.aiChatSettings.shareChatUrlBasePath);
  },
};`;

/** A page of the sample, by default with its own chat, served from another origin than what it calls. */
async function servePage(baseUrl: () => string, widgetScript?: string): Promise<Server> {
  const page = new WidgetPage({ widgetKey: KEYS.page.key, widgetScript });
  const files: Record<string, () => [string, string]> = {
    '/page.js': () => ['text/javascript', page.js],
    '/page.css': () => ['text/css', page.css],
    '/widget.js': () => ['text/javascript', STAND_IN],
    '/none.js': () => ['text/javascript', ''],
    '/': () => ['text/html', page.htmlFor(baseUrl())],
  };
  const server = createServer(({ url = '/' }, response) => {
    const [type, text] = files[url.split('?')[0]]();
    response.setHeader('Content-Type', `${type}; charset=utf-8`).end(text);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

const originOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

it.each([
  ['widget.js', 'calls it with the key and the addresses that it needs', (origin: string) => `200 ${origin}/`],
  ['none.js', 'says that it was not loaded', () => 'The script of the widget was not loaded: see the setting WIDGET_SCRIPT.'],
])('the page with the script of the widget, %s, %s', async (script, _title, shown) => {
  const server = await servePage(() => host.url, `/${script}`);
  const apiKeys = [{ ...KEYS.page, allowedOrigins: [originOf(server)] }];
  const host = await startConversations('express', { log: { apiKeys } });
  const page = await browser.newPage();
  await page.goto(originOf(server));
  await page.getByText(shown(originOf(server)), { exact: true }).waitFor();
  await page.close();
  await closeApps();
  server.close();
});

describeEngines(
  'A chat in Chromium',
  (engine) => {
    describe.each(ADAPTERS)('with a host on %s', (adapter) => {
      let host: ConversationsHost;
      let server: Server;
      let origin: string;
      let context: BrowserContext;
      let calls: string[];

      beforeAll(async () => {
        server = await servePage(() => host.url);
        origin = originOf(server);
        const { imports, log } = storedIn(engine.url, `${adapter}_`);
        const apiKeys = [{ ...KEYS.page, allowedOrigins: [origin] }, KEYS.api];
        host = await startConversations(adapter, { imports, log: { ...log, apiKeys } });
      });
      afterAll(async () => {
        await closeApps();
        server.close();
      });
      beforeEach(async () => {
        calls = [];
        context = await browser.newContext();
      });
      afterEach(() => context.close());

      const events = async () => {
        const source = host.app.get<DataSource>(getDataSourceToken(), { strict: false });
        const found = await source.getRepository(EventEntity).find({ order: { receivedAt: 'ASC' } });
        return found.map(({ type, conversationId, messageId, properties }) => ({ type, conversationId, messageId, properties }));
      };
      const ofChat = async (id: string) =>
        (await events()).filter((event) => (event.properties?.conversation as { id?: string } | undefined)?.id === id);
      const open = async (query = ''): Promise<Page> => {
        const page = await context.newPage();
        page.on('request', (request: Request) => {
          if (!request.url().startsWith(host.url)) return;
          const { type } = request.method() === 'GET' ? { type: '' } : request.postDataJSON();
          calls.push(`${request.method()} ${new URL(request.url()).pathname.replace(/conv_.*/, '{id}')} ${type}`.trim());
        });
        await page.goto(`${origin}/${query}`);
        return page;
      };
      const ask = async (page: Page, text: string, answers: number) => {
        await page.fill('#question', text);
        await page.click('.question button');
        await page
          .locator('li.assistant')
          .nth(answers - 1)
          .waitFor();
      };
      const called = (count: number) => until(`the page has made ${count} calls`, () => calls.length >= count);
      const chats = async () => (await host.get('/conversations')).json<{ conversations: { id: string }[] }>().conversations;

      it('keeps every question, answer, thumb and event, in the order of the calls', async () => {
        const page = await open();
        await ask(page, 'How do guards work?', 1);
        await called(5);
        expect(calls.filter((call) => call.includes('conversations'))).toEqual(Array(2).fill('POST /conversations openai'));
        expect(calls[0]).toBe('POST /conversations openai');
        expect(
          calls
            .slice(1)
            .filter((call) => call.includes('events'))
            .sort(),
        ).toEqual([ASKED, ...ANSWERED].map((type) => `POST /events ${type}`).sort());
        await ask(page, 'And pipes? <img src=x onerror=alert(1)>', 2);
        await called(10);

        await page.locator('li.assistant .up').first().click();
        await page.locator('li.assistant .up[aria-pressed=true]').waitFor();
        await called(12);
        expect(calls.slice(10)).toEqual(['POST /feedback positive', 'POST /events assistant_positive_feedback_submitted']);
        await page.locator('li.assistant .down').last().click();
        await page.locator('.reasons input[type=checkbox]:visible').first().check();
        await page.locator('.reasons button:visible').click();
        await page.locator('li.assistant .down[aria-pressed=true]').waitFor();
        await called(15);
        expect(calls.slice(12)).toEqual([
          'POST /feedback negative',
          'POST /events assistant_negative_feedback_submitted',
          'POST /events user_escalation_indicated',
        ]);

        await page.click('.share');
        await page.locator('.link').waitFor();
        await called(17);
        expect(calls.slice(15)).toEqual(['POST /conversations openai', 'POST /events chat_share_button_clicked']);
        await page.click('.clear');
        await called(18);

        const [copy, original] = await chats();
        await until('its events are stored', async () => (await ofChat(original.id)).length >= 11);
        const types = (await ofChat(original.id)).map(({ type }) => type);
        const more = [
          'assistant_positive_feedback_submitted',
          'assistant_negative_feedback_submitted',
          'user_escalation_indicated',
        ];
        const all = [ASKED, ...ANSWERED, ASKED, ...ANSWERED, ...more, 'chat_share_button_clicked', 'chat_clear_button_clicked'];
        expect(types.toSorted()).toEqual(all.toSorted());
        const stored = await host.get(`/conversations/${original.id}`);
        const { messages } = stored.json<{ messages: { id: string; role: string; content: string }[] }>();
        expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
        expect(messages[2].content).toBe('And pipes? <img src=x onerror=alert(1)>');
        const feedback = (await host.get('/feedback')).json<Record<string, { messageId: string; reasons: unknown }[]>>();
        expect(feedback.positiveFeedback).toMatchObject([{ messageId: messages[1].id }]);
        expect(feedback.negativeFeedback).toMatchObject([
          { messageId: messages[3].id, reasons: [{ label: 'inaccurate_statement' }] },
        ]);

        const visitor = await browser.newContext();
        const opened = await visitor.newPage();
        await opened.goto(`${origin}/?conversationId=${copy.id}`);
        await opened.locator('li.assistant').nth(1).waitFor();
        expect(await opened.locator('li').count()).toBe(4);
        await until('its event is stored', async () => (await ofChat(copy.id)).length >= 1);
        expect((await ofChat(copy.id)).map(({ type }) => type)).toEqual(['shared_chat_loaded']);
        await ask(opened, 'And interceptors?', 3);
        await until('the new chat is stored', async () => (await chats()).length >= 3);
        expect((await chats()).map(({ id }) => id)).toEqual([expect.any(String), copy.id, original.id]);
        await visitor.close();
      });

      it('opens no chat that is not shared', async () => {
        const [{ id }] = (await chats()).slice(-1);
        const page = await open(`?conversationId=${id}`);
        await page.getByText('This chat is not shared.').waitFor();
        expect(await page.locator('li').count()).toBe(0);
        expect(calls).toEqual(['GET /conversations/{id}']);
      });

      it('loses nothing that was sent by a page that is closed at once', async () => {
        // No answer ever comes, so that each page sends one chat once.
        await context.addInitScript({ content: 'window.setTimeout = () => 0;' });
        const before = (await chats()).length;
        const [begun, arrived] = [[], []] as string[][];
        host.app.getHttpServer().on('request', (request: IncomingMessage) => {
          if (request.method !== 'POST' || request.url !== '/conversations') return;
          begun.push('');
          request.once('end', () => arrived.push(''));
        });
        for (let round = 1; round <= 4; round++) {
          const page = await open();
          await page.fill('#question', `Round ${round}`);
          await page.click('.question button');
          await until('the chat is on its way', () => begun.length >= round);
          await page.close();
        }
        await until('all is stored that has arrived', async () => (await chats()).length >= before + arrived.length);
        expect(arrived.length).toBeGreaterThan(0);
        expect((await chats()).length).toBe(before + arrived.length);
      });
    });
  },
  ['SQLite', 'PostgreSQL'],
);
