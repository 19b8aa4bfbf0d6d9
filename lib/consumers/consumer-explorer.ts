import { Injectable, Optional } from '@nestjs/common';
import { DiscoveryService, Reflector } from '@nestjs/core';
import { reasonOf } from '../diagnostics/reason-of.js';
import { EntityTypeRegistry } from '../events/entity-types/entity-type.registry.js';
import { warnOfUnknownEntityTypes } from '../events/entity-types/warn-of-unknown-entity-types.js';
import { EVENT_CONSUMER } from './event-consumer.decorator.js';
import type { EventConsumerHandler, EventConsumerOptions } from './event-consumer.interface.js';
import { ConsumerSettings } from './consumer-settings.js';
import { subscriptionOf } from './consumer-subscription.js';
import type { Subscription } from './subscription.interface.js';

type Provider = ReturnType<DiscoveryService['getProviders']>[number];

/** Finds the classes with `@EventConsumer()` among the providers of the host. */
@Injectable()
export class ConsumerExplorer {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly reflector: Reflector,
    // Without EventLogModule there is none, which the feed tells in words for hosts.
    @Optional() private readonly entityTypes?: EntityTypeRegistry,
  ) {}

  /** Throws an `Error` that names the class where one can't be a consumer, or where two have one name. */
  explore(): Subscription[] {
    const owners = new Map<string, string>();
    return this.discovery.getProviders().flatMap((provider) => {
      const options =
        provider.metatype && this.reflector.get<EventConsumerOptions | undefined>(EVENT_CONSUMER, provider.metatype);
      // An alias of a class leads to the same instance.
      if (options === undefined || options === null || provider.isAlias) return [];
      const settings = settingsOf(provider, options);
      // No error, as other services may write to the same table.
      warnOfUnknownEntityTypes(`The consumer '${settings.name}'`, settings.entityTypes, this.entityTypes);
      const subscription = subscriptionOf(handlerOf(provider), settings);
      const [owner, other] = [ownerOf(provider), owners.get(subscription.name)];
      if (other !== undefined) throw new Error(twice(subscription.name, other, owner));
      owners.set(subscription.name, owner);
      return [subscription];
    });
  }
}

function handlerOf(provider: Provider): EventConsumerHandler {
  const { instance } = provider as { instance: EventConsumerHandler };
  if (!provider.isDependencyTreeStatic()) {
    throw new Error(
      `${provider.name} has @EventConsumer() and the scope of a request, and is given events of none: leave its scope out.`,
    );
  }
  if (typeof instance?.handle === 'function') return instance;
  throw new Error(`${provider.name} has @EventConsumer(), but no method handle(events, context).`);
}

function settingsOf({ name }: Provider, options: EventConsumerOptions): ConsumerSettings {
  try {
    return new ConsumerSettings(options);
  } catch (error) {
    throw new TypeError(`@EventConsumer() of ${name}: ${(error as Error).message}`, { cause: reasonOf(error) });
  }
}

function ownerOf({ name, host }: Provider): string {
  return `${String(name)} of ${host?.name ?? 'no module'}`;
}

function twice(name: string, first: string, second: string): string {
  return `Two consumers have the name '${name}', ${first} and ${second}: each needs one of its own, under which its position is kept.`;
}
