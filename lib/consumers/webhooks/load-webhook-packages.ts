export interface WebhookPackages {
  readonly Agent: (typeof import('undici'))['Agent'];
  readonly Webhook: (typeof import('standardwebhooks'))['Webhook'];
}

/** Optional peers, so not by a plain import. Throws an `Error` with what to install. */
export async function loadWebhookPackages(): Promise<WebhookPackages> {
  try {
    const [{ Agent }, { Webhook }] = await Promise.all([import('undici'), import('standardwebhooks')]);
    return { Agent, Webhook };
  } catch (error) {
    throw new Error('Webhooks need undici and standardwebhooks: npm install undici@7 standardwebhooks', { cause: error });
  }
}
