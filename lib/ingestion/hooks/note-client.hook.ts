import type { StoredEvent } from '../../events/event.interface.js';
import type { EventContext } from './event-context.interface.js';
import type { EventHook } from './event-hook.interface.js';
import { truncatedAddress } from './truncated-address.js';

const MAX_USER_AGENT_LENGTH = 512;

/**
 * Notes what sent an event, as `{ address, userAgent }` under one key of its `properties`: the network of the client (of IPv4
 * its /24, of IPv6 its /48) and the first 512 characters of its `User-Agent`, null where it is unknown. What the sender
 * itself put there is replaced. Events that the host's own code logs are left as they are.
 *
 * @example
 * ```ts
 * EventLogModule.forRoot({ apiKeys, storage: typeOrmStorage(), hooks: [NoteClientHook] });
 * ```
 */
export class NoteClientHook implements EventHook {
  /** The key of `properties` under which it is noted; a subclass may have another one. */
  protected readonly key: string = 'client';

  beforeStore(event: StoredEvent, { keyId, clientAddress, userAgent }: EventContext): StoredEvent {
    if (keyId === undefined) return event;
    const client = {
      address: clientAddress === undefined ? null : truncatedAddress(clientAddress),
      userAgent: userAgent?.slice(0, MAX_USER_AGENT_LENGTH) ?? null,
    };
    return { ...event, properties: { ...event.properties, [this.key]: client } };
  }
}
