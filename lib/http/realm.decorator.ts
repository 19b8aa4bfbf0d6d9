import { SetMetadata } from '@nestjs/common';

export const REALM = 'EVENT_LOG:REALM';

/** Names what the keys of a controller protect, for `WWW-Authenticate: Bearer realm="…"`. */
export const Realm = (realm: string) => SetMetadata(REALM, realm);
