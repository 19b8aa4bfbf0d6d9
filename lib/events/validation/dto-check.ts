import type { Type } from '@nestjs/common';
import { type ValidationError, validateSync } from 'class-validator';
import { jsonPointer } from '../json-pointer.js';
import { DtoInput } from './dto-input.js';
import { acceptsInstance, type DtoShape, hostClassOf, shapeOf } from './dto-shape.js';
import type { FieldErrors } from './field-errors.js';
import { refuseLongLists } from './long-lists.js';

type Path = readonly string[];
type Fields = Record<string, unknown>;

/** Checks plain objects by the decorators of class-validator, and makes instances by those of class-transformer, of a DTO class. */
export class DtoCheck<T extends object> {
  readonly shape: DtoShape;

  /** With `groups`, rules of other groups don't count. Throws a `TypeError` where the class has decorators that can't be followed. */
  constructor(
    private readonly dto: Type<T>,
    private readonly groups?: readonly string[],
  ) {
    this.shape = shapeOf(dto, groups);
  }

  /** An instance with the declared fields of `input`, which stands below `parents`; what is wrong with them is added to `errors`. */
  check(input: object, errors: FieldErrors, ...parents: string[]): T {
    const instance = this.instantiate(input, errors);
    if (instance === undefined) return new this.dto();
    if (!this.accepts(instance)) this.judge(instance, errors, ...parents);
    return instance;
  }

  /** Undefined, with the reason in `errors`, where the input is more than class-transformer and class-validator should be given. */
  instantiate(input: object, errors: FieldErrors): T | undefined {
    if (!this.shape.isPlain) return new DtoInput(errors, this.groups).toInstance(this.dto, input);
    return refuseLongLists(this.shape, input, errors) ? this.assigned(input) : undefined;
  }

  /** Whether each field passes its compiled rules, as those of nearly every event do. */
  accepts(instance: T): boolean {
    return acceptsInstance(this.shape, instance);
  }

  /** Asks class-validator itself, so that every refusal is in its words. */
  judge(instance: T, errors: FieldErrors, ...parents: string[]): void {
    const { groups } = this;
    const faults = validateSync(instance, {
      stopAtFirstError: true,
      validationError: { value: false },
      ...(groups && { groups: [...groups], always: true }),
    });
    for (const fault of faults) this.addFault(fault, errors, parents);
  }

  private assigned(input: object): T {
    const instance = new this.dto();
    for (const { property, isComputed } of this.shape.fields) {
      if (!isComputed && Object.hasOwn(input, property)) (instance as Fields)[property] = (input as Fields)[property];
    }
    return instance;
  }

  private addFault({ target, property, constraints, children }: ValidationError, errors: FieldErrors, parents: Path): void {
    // Without a name, it is the parent that class-validator knows no rules of.
    const path = property === undefined ? parents : [...parents, this.keyOf(target, property)];
    const [detail] = Object.values(constraints ?? {});
    if (detail !== undefined) errors.add(jsonPointer(path), detailOf(detail, property, path));
    for (const child of children ?? []) this.addFault(child, errors, path);
  }

  /** What a property is called in JSON. */
  private keyOf(target: object | undefined, property: string): string {
    const dto = hostClassOf(target);
    const field = dto && shapeOf(dto, this.groups).fields.find((one) => one.property === property);
    return field?.key ?? property;
  }
}

/** The words of class-validator, which knows neither what holds a property nor what that is called in JSON. */
function detailOf(detail: string, property: string | undefined, path: Path): string {
  const name = path.join('.');
  if (property !== undefined && detail.startsWith(`${property} `)) return name + detail.slice(property.length);
  if (detail === '') return `${name} is not valid`;
  return path.length > 1 ? `${name}: ${detail}` : detail;
}
