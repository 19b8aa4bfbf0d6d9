import type { EventDto } from './entity-types/event.dto.js';
import type { EventInput, StoredEvent } from './event.interface.js';

export type FunctionKeys<T> = {
  [Key in keyof T]-?: NonNullable<T[Key]> extends (...args: never[]) => unknown ? Key : never;
}[keyof T];

/** The fields that a class adds to those of every event. */
export type OwnFieldsOf<Dto extends EventDto> = Omit<Dto, keyof EventDto | FunctionKeys<Dto>>;

/** A value as JSON brings it back: a `Date` is a text. */
export type JsonOutput<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? JsonOutput<Item>[]
    : T extends object
      ? { [Key in keyof T as Key extends FunctionKeys<T> ? never : Key]: JsonOutput<T[Key]> }
      : T;

/** A value as it may be given: instances of nested classes, or plain objects with their fields. */
export type JsonInput<T> = T extends Date
  ? Date | string
  : T extends readonly (infer Item)[]
    ? readonly JsonInput<Item>[]
    : T extends object
      ? { [Key in keyof T as Key extends FunctionKeys<T> ? never : Key]: JsonInput<T[Key]> }
      : T;

/** An event of the entity type of a class as a caller gives it: without its `entityType`, which the class tells. */
export type EventInputOf<Dto extends EventDto> = Pick<
  EventInput,
  'id' | 'createdAt' | 'projectId' | 'integrationId' | 'properties' | 'userProperties'
> & { type: Dto['type'] } & JsonInput<OwnFieldsOf<Dto>>;

/** An event of the entity type of a class as it is stored, its own fields flat as on the wire. */
export type EventOf<Dto extends EventDto> = Pick<
  StoredEvent,
  'id' | 'createdAt' | 'projectId' | 'integrationId' | 'properties' | 'userProperties'
> & { type: Dto['type']; entityType: string } & JsonOutput<OwnFieldsOf<Dto>>;
