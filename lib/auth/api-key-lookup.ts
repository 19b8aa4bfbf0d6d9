import { Inject, Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { causeOf } from '../diagnostics/store-error.js';
import { type HttpRequest, rawRequest } from '../http/http-request.js';
import { UnavailableException } from '../http/unavailable.exception.js';
import { EventLogSettings } from '../options/event-log-settings.js';
import { Deadline } from '../timing/deadline.js';
import { deadlineOf } from '../timing/request-deadline.js';
import { apiKeyDigest } from './api-key-digest.js';
import { isMistypedKey } from './api-key-text.js';
import type { ApiKey } from './api-key.interface.js';
import { API_KEYS, type ApiKeyStore } from './api-key.store.js';
import { ReadableKeys } from './readable-key.js';

/** What a key lets its holder do. */
const GRANTED = ['scopes', 'projectId', 'integrationId', 'entityTypes'] as const satisfies (keyof ApiKey)[];

type Found = ReturnType<ApiKeyStore['findByDigest']>;

/** Finds the key of a request in the stores, and lets none pass that has expired or can't be read. */
@Injectable()
export class ApiKeyLookup {
  private readonly readable = new ReadableKeys();

  constructor(
    @Inject(API_KEYS) private readonly keys: ApiKeyStore,
    private readonly settings: EventLogSettings,
  ) {}

  /** At once where the store answers at once. Throws `ServiceUnavailableException` where it can't be asked or is too slow. */
  find(request: HttpRequest, text: string): ApiKey | undefined | Promise<ApiKey | undefined> {
    const deadline = deadlineOf(rawRequest(request), this.settings.answerTimeout);
    if (isMistypedKey(text)) return undefined;
    const found = this.ask(apiKeyDigest(text), deadline);
    return isThenable(found) ? this.await(found, deadline) : this.valid(found);
  }

  /** Whether a key that was found may still be used as it was then. Throws `ServiceUnavailableException` as `find()` does. */
  async isInForce(key: ApiKey): Promise<boolean> {
    const deadline = Deadline.forAnswer(this.settings.answerTimeout);
    const found = this.ask(key.digest, deadline);
    const now = isThenable(found) ? await this.await(found, deadline) : this.valid(found);
    return now !== undefined && GRANTED.every((field) => isDeepStrictEqual(now[field] ?? null, key[field] ?? null));
  }

  // Fail closed: if the store can't answer, refuse.
  private ask(digest: string, deadline: Deadline): Found {
    try {
      return this.keys.findByDigest(digest, deadline.left());
    } catch (error) {
      throw unavailable(error);
    }
  }

  private async await(found: PromiseLike<ApiKey | null | undefined>, deadline: Deadline): Promise<ApiKey | undefined> {
    try {
      return this.valid(await deadline.within(found));
    } catch (error) {
      throw unavailable(error);
    }
  }

  private valid(key: ApiKey | null | undefined): ApiKey | undefined {
    if (key === undefined || key === null || !this.readable.has(key)) return undefined;
    const { expiresAt } = key;
    const isInForce = expiresAt === undefined || expiresAt === null || Number(expiresAt) > Date.now();
    return isInForce ? key : undefined;
  }
}

function isThenable(found: Found): found is PromiseLike<ApiKey | null | undefined> {
  return typeof (found as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';
}

function unavailable(error: unknown): UnavailableException {
  return new UnavailableException('The key could not be looked up right now; send it again later', causeOf(error));
}
