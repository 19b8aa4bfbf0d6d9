import { randomUUID } from 'node:crypto';
import { NoteClientHook } from 'nestjs-event-log';
import { closeApps } from '../utils/create-app.js';
import { newEvent } from '../utils/events.js';
import { describeHooks, SITE, WEB_KEY } from './hook-host.js';

const AGENT = 'Mozilla/5.0 (X11; Linux x86_64)';

afterEach(closeApps);

describeHooks('NoteClientHook', (start) => {
  it('notes the network of the client and its user agent in properties, beside what was sent', async () => {
    const { client, stored } = await start({ hooks: [NoteClientHook] });
    const addresses = [
      ['203.0.113.9', '203.0.113.0/24'],
      ['203.0.113.9:4711', '203.0.113.0/24'],
      ['::ffff:203.0.113.9', '203.0.113.0/24'],
      ['2001:DB8:1:2:3:4:5:6', '2001:db8:1::/48'],
      ['[2001:db8::6]:443', '2001:db8::/48'],
      ['fe80::1%eth0', 'fe80::/48'],
      ['::1', '::/48'],
    ];
    for (const [address, network] of addresses) {
      const event = newEvent({ id: randomUUID(), properties: { a: 1 } });
      const headers = { Origin: SITE, 'User-Agent': AGENT, 'X-Forwarded-For': address };
      expect((await client.beacon(event, { key: WEB_KEY.key, headers })).status).toBe(204);
      const properties = { a: 1, client: { address: network, userAgent: AGENT } };
      expect((await stored(event.id))?.properties).toEqual(properties);
    }
  });

  it('replaces what the sender put in that place, and bounds the user agent', async () => {
    const { client } = await start({ hooks: [NoteClientHook] });
    const headers = { 'User-Agent': 'a'.repeat(2_000) };
    const answer = await client.log(newEvent({ properties: { client: 'forged' } }), { headers });
    const noted = { address: '127.0.0.0/24', userAgent: 'a'.repeat(512) };
    expect(answer.json()).toMatchObject({ properties: { client: noted } });
    expect((await client.log(newEvent(), { headers })).json().properties).toEqual({ client: noted });
  });

  it('leaves events of the host as they are', async () => {
    const { eventLog } = await start({ hooks: [NoteClientHook] });
    expect((await eventLog.log(newEvent({ properties: null }))).event.properties).toBeNull();
    expect((await eventLog.log(newEvent({ properties: { client: 'own' } }))).event.properties).toEqual({ client: 'own' });
  });

  it('writes under another key where a subclass says so', async () => {
    class NoteVisitorHook extends NoteClientHook {
      protected override readonly key = 'visitor';
    }
    const { client } = await start({ hooks: [NoteVisitorHook] });
    expect(Object.keys((await client.log()).json<{ properties: object }>().properties)).toEqual(['visitor']);
  });

  it('makes no other event of one that is sent again from another address', async () => {
    const { client, stored } = await start({ hooks: [NoteClientHook] });
    const event = newEvent({ id: randomUUID() });
    const send = (address: string, fields = {}) =>
      client.log({ ...event, ...fields }, { headers: { 'X-Forwarded-For': address } });
    expect((await send('203.0.113.9')).status).toBe(200);
    const again = await send('198.51.100.7');
    expect([again.status, again.header('idempotent-replayed')]).toEqual([200, 'true']);
    expect((await send('203.0.113.9', { type: 'other' })).status).toBe(409);
    expect(await stored(event.id)).toMatchObject({ properties: { client: { address: '203.0.113.0/24' } } });
  });
});
