import { randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { ApiKeyKind } from '../options/api-key-options.interface.js';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 190 bits, of which the display prefix tells 24. */
const RANDOM_LENGTH = 32;
const DISPLAYED_LENGTH = 4;
const CHECKSUM_LENGTH = 6;

/** The text of a new key: `evl_<kind>_<random>_<checksum>`. */
export function newApiKeyText(kind: ApiKeyKind): string {
  const random = Array.from({ length: RANDOM_LENGTH }, () => DIGITS[randomInt(DIGITS.length)]);
  return withChecksum(`evl_${kind}_${random.join('')}`);
}

/** The beginning of a key, by which people recognise it and nobody can use it. */
export function displayPrefix(text: string): string {
  return text.slice(0, text.lastIndexOf('_') - RANDOM_LENGTH + DISPLAYED_LENGTH);
}

/** Whether a text begins like a key of ours and has the wrong checksum: no need to look it up. */
export function isMistypedKey(text: string): boolean {
  return text.startsWith('evl_') && text !== withChecksum(text.slice(0, text.lastIndexOf('_')));
}

function withChecksum(text: string): string {
  let checksum = '';
  for (let rest = crc32(text); checksum.length < CHECKSUM_LENGTH; rest = Math.floor(rest / DIGITS.length)) {
    checksum = DIGITS[rest % DIGITS.length] + checksum;
  }
  return `${text}_${checksum}`;
}
