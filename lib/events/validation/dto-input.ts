import type { Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { jsonPointer } from '../json-pointer.js';
import { jsonValueOf } from '../json-value-of.js';
import { type DtoField, hostClass, hostClassOf, shapeOf, targetOf } from './dto-shape.js';
import type { FieldErrors } from './field-errors.js';
import { type Path, refuseLongLists } from './long-lists.js';

type Fields = Record<string, unknown>;

const MAX_DEPTH = 64;
/** How much of one event class-transformer is given: it is slow, and for objects of many keys quadratic. */
const MAX_TRANSFORMED = 2_000;
/** By these keys, class-transformer would take data for a class or a promise. */
const UNFIT_KEYS = ['constructor', '__proto__', 'then'];

/**
 * Makes an instance of what a class declares of an input. JSON of which the class says no more than that it is there never
 * reaches class-transformer, which would copy it key by key and lose some: meanwhile, a symbol stands for it.
 */
export class DtoInput {
  private readonly withheld = new Map<unknown, unknown>();
  private transformed = 0;

  constructor(
    private readonly errors: FieldErrors,
    private readonly groups?: readonly string[],
  ) {}

  /** Undefined, with the reason in `errors`, where the input is more than class-transformer should be given. */
  toInstance<T extends object>(dto: Type<T>, input: object): T | undefined {
    const before = this.errors.list.length;
    const declared = this.declaredOf(dto, input as Fields, []);
    if (this.errors.list.length > before) return undefined;
    const instance = plainToInstance(dto, declared, { groups: this.groups && [...this.groups] });
    this.restore(instance, dto);
    return instance;
  }

  private declaredOf(dto: Type, input: Fields, path: Path): Fields {
    const shape = shapeOf(dto, this.groups);
    const declared: Fields = {};
    refuseLongLists(shape, input, this.errors, path);
    for (const field of shape.fields) {
      const value = Object.hasOwn(input, field.key) ? jsonValueOf(input[field.key], field.key) : undefined;
      if (value === undefined) continue;
      const at = [...path, field.key];
      if (!isContainer(value)) declared[field.key] = value;
      else if (field.type !== undefined) declared[field.key] = this.typed(field, value, input, at);
      else declared[field.key] = field.isTransformed && this.isFit(value, at) ? value : this.withhold(value);
    }
    return declared;
  }

  private typed(field: DtoField, value: unknown, owner: object, path: Path): unknown {
    const { type, property } = field;
    if (path.length > MAX_DEPTH) return this.refuse(path, `must not be nested deeper than ${MAX_DEPTH} levels`);
    // The items of a list are counted with it, before anything is made of any.
    const isItem = typeof path.at(-1) === 'number';
    if (!this.count(path, Array.isArray(value) ? value.length : Number(!isItem))) return undefined;
    if (Array.isArray(value)) {
      return value.map((item, index) => this.typed(field, jsonValueOf(item, String(index)), owner, [...path, index]));
    }
    const discriminator = type!.options?.discriminator?.property;
    if (!isContainer(value)) {
      if (discriminator !== undefined) this.refuse(path, 'must be an object');
      return value;
    }
    const target = targetOf(type!, value, owner, property);
    if (target === undefined || target === Object) return this.withhold(value);
    const dto = hostClass(target);
    // Of an object, class-transformer would make a text, a number or an invalid date.
    if (dto === undefined) return this.refuse(path, 'must not be an object');
    const declared = this.declaredOf(dto, value as Fields, path);
    // The property that tells the classes apart need not be declared by them.
    return discriminator === undefined ? declared : { ...declared, [discriminator]: (value as Fields)[discriminator] };
  }

  private withhold(value: unknown): symbol {
    const token = Symbol('withheld');
    this.withheld.set(token, value);
    return token;
  }

  private restore(instance: object, dto: Type): void {
    for (const { property, type } of shapeOf(dto, this.groups).fields) {
      const fields = instance as Fields;
      const value = fields[property];
      if (typeof value === 'symbol') fields[property] = this.withheld.get(value);
      else if (type !== undefined) fields[property] = this.restored(value);
    }
  }

  private restored(value: unknown): unknown {
    if (typeof value === 'symbol') return this.withheld.get(value);
    if (Array.isArray(value)) return value.map((item) => this.restored(item));
    const dto = hostClassOf(value);
    if (dto !== undefined) this.restore(value as object, dto);
    return value;
  }

  /** Whether any JSON of a field that is transformed can be given to class-transformer. */
  private isFit(value: unknown, path: Path): boolean {
    const waiting = [{ value, depth: 0 }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (!isContainer(next.value)) continue;
      if (next.depth === MAX_DEPTH) return this.refuse(path, `must not be nested deeper than ${MAX_DEPTH} levels`);
      const { depth } = next;
      const keys = Object.keys(next.value);
      if (!this.count(path, keys.length)) return false;
      for (const key of keys) {
        if (UNFIT_KEYS.includes(key)) return this.refuse(path, `must not have a key that is ${UNFIT_KEYS.join(', ')}`);
        waiting.push({ value: (next.value as Fields)[key], depth: depth + 1 });
      }
    }
    return true;
  }

  private count(path: Path, values: number): boolean {
    if ((this.transformed += values) <= MAX_TRANSFORMED) return true;
    return this.refuse(path.slice(0, 1), `must not hold more than ${MAX_TRANSFORMED} values: send several events`);
  }

  private refuse(path: Path, fault: string): false {
    this.errors.add(jsonPointer(path), `${path.join('.')} ${fault}`);
    return false;
  }
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
