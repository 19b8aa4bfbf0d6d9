import type { Rule } from '../events/validation/dto-rules.js';
import type { Schema } from './swagger.js';

type Constraints = Rule['constraints'];

const text = (): Schema => ({ type: 'string' });
const number = (): Schema => ({ type: 'number' });
const array = (): Schema => ({ type: 'array' });

/**
 * What the rules of class-validator, and those of ours, say in JSON Schema. One that is not here, or can't be said, adds no
 * keyword: a schema may allow more than the rules do, never less.
 */
const KEYWORDS: Record<string, (constraints: Constraints) => Schema> = {
  isString: text,
  isLength: ([minLength, maxLength]) => ({ type: 'string', minLength, maxLength }),
  minLength: ([minLength]) => ({ type: 'string', minLength }),
  maxLength: ([maxLength]) => ({ type: 'string', maxLength }),
  isNotEmpty: () => ({ minLength: 1 }),
  matches: ([pattern, modifiers]) => ({ type: 'string', pattern: patternOf(pattern, modifiers) }),
  isUuid: () => ({ type: 'string', format: 'uuid' }),
  isEmail: ([options]) => ({ type: 'string', format: options?.allow_display_name ? undefined : 'email' }),
  isUrl: ([options]) => ({ type: 'string', format: options?.require_protocol ? 'uri' : undefined }),
  isRFC3339: () => ({ type: 'string', format: 'date-time' }),
  isRfc3339: () => ({ type: 'string', format: 'date-time' }),
  isDate: () => ({ type: 'string', format: 'date-time' }),
  // Both take a date alone, too, which is no date-time.
  isIso8601: text,
  isDateString: text,
  isShortText: ([minLength]) => ({ type: 'string', minLength: minLength || undefined, maxLength: 255 }),
  isUserId: () => ({ oneOf: [{ type: 'string' }, { type: 'number' }] }),

  isInt: () => ({ type: 'integer' }),
  isNumber: number,
  min: ([minimum]) => ({ type: 'number', minimum }),
  max: ([maximum]) => ({ type: 'number', maximum }),
  // The least double above 0: to exclude a bound is said differently in 3.0 and 3.1.
  isPositive: () => ({ type: 'number', minimum: Number.MIN_VALUE }),
  isNegative: () => ({ type: 'number', maximum: -Number.MIN_VALUE }),
  isDivisibleBy: ([multipleOf]) => ({ type: 'number', multipleOf }),

  isBoolean: () => ({ type: 'boolean' }),
  isIn: ([values]) => enumOf(values),
  isEnum: ([, values]) => enumOf(values),
  equals: ([value]) => enumOf([value]),

  isArray: array,
  arrayNotEmpty: () => ({ type: 'array', minItems: 1 }),
  arrayMinSize: ([minItems]) => ({ type: 'array', minItems }),
  arrayMaxSize: ([maxItems]) => ({ type: 'array', maxItems }),
  arrayUnique: ([identifier]) => ({ type: 'array', uniqueItems: identifier === undefined || undefined }),
  isObject: () => ({ type: 'object' }),
  isNotEmptyObject: () => ({ type: 'object', minProperties: 1 }),
};

/** Those that take strings of a form which JSON Schema has no word for. */
const TEXT_RULES = [
  ...['contains', 'notContains', 'isAlpha', 'isAlphanumeric', 'isAscii', 'isBase64', 'isBooleanString', 'isByteLength'],
  ...['isCreditCard', 'isCurrency', 'isDataURI', 'isDecimal', 'isFqdn', 'isHash', 'isHexColor', 'isHexadecimal', 'isIBAN'],
  ...['isISO31661Alpha2', 'isISO31661Alpha3', 'isISO4217CurrencyCode', 'isIp', 'isIsbn', 'isJson', 'isJwt', 'isLatLong'],
  ...['isLocale', 'isLowercase', 'isMacAddress', 'isMilitaryTime', 'isMimeType', 'isMobilePhone', 'isMongoId'],
  ...['isNumberString', 'isPhoneNumber', 'isPort', 'isPostalCode', 'isSemVer', 'isTimeZone', 'isUppercase'],
];

/** For bounds that several rules give, the one that leaves less. */
const TIGHTER: Partial<Record<string, (...values: number[]) => number>> = {
  minimum: Math.max,
  minLength: Math.max,
  minItems: Math.max,
  maximum: Math.min,
  maxLength: Math.min,
  maxItems: Math.min,
};

/** What all of the rules together say of one value. */
export function keywordsOf(rules: readonly Rule[]): Schema {
  const said: Record<string, unknown> = {};
  for (const rule of rules) {
    for (const [keyword, value] of Object.entries(keywordsOfRule(rule))) {
      if (isSayable(keyword, value)) said[keyword] = keyword in said ? both(keyword, said[keyword], value) : value;
    }
  }
  return said.type === 'integer' ? withWholeBounds(said) : said;
}

function keywordsOfRule({ name = '', constraints }: Rule): Schema {
  return KEYWORDS[name]?.(constraints ?? []) ?? (TEXT_RULES.includes(name) ? text() : {});
}

// `@Max(Infinity)` and the like bound nothing, and are no JSON.
function isSayable(keyword: string, value: unknown): boolean {
  const isNoNumber = typeof value === 'number' && (!Number.isFinite(value) || (keyword === 'multipleOf' && value <= 0));
  return value !== undefined && !isNoNumber;
}

// A list of nothing, and values that JSON has not, can't be said.
function enumOf(values: readonly unknown[]): Schema {
  const said = values.filter((value) => value !== undefined);
  const isJson = (value: unknown) => value === null || ['string', 'number', 'boolean'].includes(typeof value);
  return said.length > 0 && said.every(isJson) ? { enum: said } : {};
}

function both(keyword: string, one: unknown, other: unknown): unknown {
  if (keyword === 'type') return one === 'number' ? other : one; // an integer is a number
  return TIGHTER[keyword]?.(one as number, other as number) ?? one;
}

function withWholeBounds({ minimum, maximum, ...others }: Schema): Schema {
  return {
    ...others,
    ...(minimum !== undefined && { minimum: Math.ceil(minimum) }),
    ...(maximum !== undefined && { maximum: Math.floor(maximum) }),
  };
}

// Flags but `u` have no place in a schema, which is read with that one.
function patternOf(pattern: RegExp | string, modifiers = ''): string | undefined {
  try {
    const { source, flags } = new RegExp(pattern, pattern instanceof RegExp ? undefined : modifiers);
    if (/[^gu]/.test(flags)) return undefined;
    return new RegExp(source, 'u').source;
  } catch {
    return undefined;
  }
}
