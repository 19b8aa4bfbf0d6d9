import { checkedInteger } from './checked-integer.js';
import { typeName } from './type-name.js';

/** Makes the value in force of one that a host gave or left out. Throws a `TypeError` that names the option. */
export type OptionCheck<Value> = (given: unknown, option: string) => Value;

export function integer(ofDefault: number, max?: number): OptionCheck<number> {
  return (given = ofDefault, option) => checkedInteger(option, given, max);
}

export function boolean(ofDefault: boolean): OptionCheck<boolean> {
  return (given = ofDefault, option) => {
    if (typeof given === 'boolean') return given;
    throw new TypeError(`Expected \`${option}\` to be true or false, got ${typeName(given)}.`);
  };
}

/** The first is the default. */
export function oneOf<const Values extends readonly string[]>(...values: Values): OptionCheck<Values[number]> {
  return (given = values[0], option) => {
    const value = values.find((known) => known === given);
    if (value !== undefined) return value;
    const known = values.map((value) => `'${value}'`).join(' or ');
    // It holds no secret, and a typo is seen in its text alone.
    const shown = typeof given === 'string' ? `'${given}'` : typeName(given);
    throw new TypeError(`Expected \`${option}\` to be ${known}, got ${shown}.`);
  };
}
