import type { EventRepositoryCase } from './event-repository.case.js';
import { eventAbout, newEvent, ownEvent, searchEvent } from './events.js';
import { expectKept } from './expectations.js';
import { TEXTS, TIMES } from './samples.js';

export const FIELDS: readonly EventRepositoryCase[] = [
  {
    title: 'keeps events of every entity type',
    rule: 'Events of every entity type must come back with the field of their own type, and no other.',
    async run(fixture) {
      const conversation = eventAbout({ entityType: 'conversation', conversationId: 'c' });
      await expectKept(fixture, [newEvent(), conversation, searchEvent('how?'), searchEvent('')]);
    },
  },
  {
    title: 'keeps the fields that an entity type of the host adds',
    rule: '`fields`, a JSON object that most events have none of, must come back whole, with the order of its keys.',
    async run(fixture) {
      const fields = { totalCents: 0, b: null, a: [{ sku: 'é' }, []], nested: { z: 1, a: {} }, text: '' };
      await expectKept(fixture, [ownEvent(fields), ownEvent({ note: null }), newEvent({ fields: { channel: 'web' } })]);
    },
  },
  {
    title: 'keeps a search query as long as a body can be',
    rule: '`searchQuery` must come back whole at 2 MB: it has no limit but that of the body.',
    run: (fixture) => expectKept(fixture, [searchEvent('é"\\'.repeat(400_000))]),
  },
  {
    title: 'keeps texts with any characters',
    rule: 'Texts must come back character by character: quotes, placeholders, emoji, right-to-left script, outer spaces.',
    async run(fixture) {
      const events = TEXTS.map((text) =>
        newEvent({ type: text, messageId: text, integrationId: text, properties: { text, [text]: text } }),
      );
      await expectKept(fixture, [...events, ...TEXTS.map(searchEvent)]);
    },
  },
  {
    title: 'tells null from empty objects and empty texts',
    rule: 'null, {} and "" must come back as what they were.',
    async run(fixture) {
      await expectKept(fixture, [
        newEvent({ properties: null, userProperties: null, integrationId: null }),
        newEvent({ properties: {}, userProperties: {}, integrationId: '', type: '', messageId: '' }),
        newEvent({ properties: null, userProperties: {} }),
        newEvent({ properties: { a: null, b: [], c: {}, d: [null, [], {}] }, userProperties: null }),
      ]);
    },
  },
  {
    title: 'keeps times to the millisecond, from the year 1 to the year 9999',
    rule: 'Times must come back to the millisecond in UTC, whatever the time zone of process and database, from year 1 to 9999.',
    async run(fixture) {
      await expectKept(
        fixture,
        TIMES.map((time) => newEvent({ createdAt: time, receivedAt: time })),
      );
    },
  },
];
