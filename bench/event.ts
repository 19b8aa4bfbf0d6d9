/** An event of 330 bytes, as a chat widget sends it. */
export const EVENT = {
  entityType: 'message',
  type: 'assistant_answer',
  messageId: 'msg_0192f6a41b7e7c3f9d52',
  properties: {
    conversationId: 'conv_0192f6a41b7e7c3f9d51',
    url: 'https://docs.example.com/start',
    tags: ['guide', 'install'],
    durationMs: 1834,
    helpful: true,
  },
  userProperties: { id: 'user_48151623', plan: 'pro', identificationType: 'ID_PROVIDED' },
};

export const BODY = JSON.stringify(EVENT);
