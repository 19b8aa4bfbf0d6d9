import fc from 'fast-check';
import { contentDigest, type EventContent } from '../lib/events/content-digest.js';

const content: EventContent = {
  entityType: 'message',
  type: 't',
  projectId: null,
  integrationId: null,
  properties: null,
  userProperties: null,
  messageId: 'm',
};
const digest = (fields: Partial<EventContent> = {}, messageId = 'm') =>
  contentDigest({ ...content, messageId, ...fields } as EventContent);

describe('contentDigest', () => {
  it('a digest is 22 ASCII characters, whatever the event holds', () => {
    for (const text of ['', 'é😀', 'x'.repeat(2_000_000)]) expect(digest({ properties: { text } })).toMatch(/^[\w-]{22}$/);
  });

  it('a digest is the same in every version, as it is stored', () => {
    expect(digest({ projectId: 'p', integrationId: '', properties: { a: [1, 'é'] }, userProperties: {} })).toBe(
      'SRjfgiwA9J065Y2tfvhdWw',
    );
  });

  it('a digest does not take a part of one field for a part of another', () => {
    const digests = [
      digest({ properties: { a: 1 } }),
      digest({ userProperties: { a: 1 } }),
      digest({ properties: {}, userProperties: { a: 1 } }),
      digest({ properties: { a: 1 }, userProperties: {} }),
      digest({}, 'm{"a":1}'),
      digest({ type: 'p', projectId: 't' }),
      digest({ type: 't', projectId: 'p' }),
      digest({ projectId: 'p' }),
      digest({ integrationId: 'p' }),
      digest({ projectId: '' }),
      digest({ integrationId: '' }),
      digest({ type: 't",null' }),
      contentDigest({ ...content, entityType: 'conversation', conversationId: 'm' }),
      contentDigest({ ...content, entityType: 'order', messageId: 'm' }),
      contentDigest({ ...content, entityType: 'order', fields: { messageId: 'm' } }),
      digest({ fields: {} }),
      digest(),
    ];
    expect(new Set(digests.filter((_, n) => n !== 6)).size).toBe(digests.length - 1);
    expect(digests[6]).toBe(digests[7]);
  });

  it('two events have one digest only where all their texts are the same', () => {
    const texts = fc.tuple(fc.string(), fc.string(), fc.option(fc.dictionary(fc.string(), fc.string())), fc.string());
    const of = ([type, messageId, properties, integrationId]: [string, string, Record<string, string> | null, string]) =>
      digest({ type, integrationId, properties }, messageId);
    fc.assert(
      fc.property(texts, texts, (a, b) => (of(a) === of(b)) === (JSON.stringify(a) === JSON.stringify(b))),
      { numRuns: 300 },
    );
  });
});
