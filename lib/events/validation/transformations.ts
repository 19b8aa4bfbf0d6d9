import { Expose } from 'class-transformer';
// @ts-expect-error The package has no types under this path.
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';

/** What `@Type()` says of a field. */
export interface TypeDecoration {
  readonly reflectedType: unknown;
  readonly typeFunction?: (options?: { newObject: unknown; object: object; property: string }) => unknown;
  readonly options?: { discriminator?: { property: string; subTypes?: readonly { name: string; value: unknown }[] } };
}

/** What the decorators of class-transformer say of one field of a class. */
export interface Transformation {
  /** Its name in JSON. */
  readonly key: string;
  readonly type?: TypeDecoration;
  /** Whether it may be made into another value on the way in. */
  readonly isTransformed: boolean;
  /** Whether something is said of the way out alone, where events are stored as they were checked. */
  readonly isToPlainOnly: boolean;
}

interface Decoration {
  readonly options?: { name?: string; toPlainOnly?: boolean };
}

/** Where class-transformer keeps what its decorators say; it exports no way to read it. */
interface MetadataStorage {
  findTypeMetadata(target: object, property: string): TypeDecoration | undefined;
  findExposeMetadata(target: object, property: string): Decoration | undefined;
  findExcludeMetadata(target: object, property: string): Decoration | undefined;
  getStrategy(target: object): 'excludeAll' | 'exposeAll' | 'none';
  findTransformMetadatas(target: object, property: string, direction: number): Decoration[];
}

const storage = defaultMetadataStorage as MetadataStorage;
const TO_CLASS = 0;
const TO_PLAIN = 1;

class Probe {
  @Expose() readonly known = true;
}

/** Whether a class has `@Exclude()` itself, so that class-transformer leaves out all that has no `@Expose()`. */
export function isExcluded(target: object): boolean {
  return storage.getStrategy(target) === 'excludeAll';
}

export function transformationOf(target: object, property: string): Transformation {
  // Decorators that are kept elsewhere would be taken for none.
  if (storage.findExposeMetadata(Probe, 'known') === undefined) {
    throw new Error('class-transformer is loaded twice, once by a bundler: have that leave it to Node, as an external package.');
  }
  const exclude = storage.findExcludeMetadata(target, property);
  return {
    key: storage.findExposeMetadata(target, property)?.options?.name ?? property,
    type: storage.findTypeMetadata(target, property),
    isTransformed: exclude !== undefined || storage.findTransformMetadatas(target, property, TO_CLASS).length > 0,
    isToPlainOnly: [exclude, ...storage.findTransformMetadatas(target, property, TO_PLAIN)].some(
      (decoration) => decoration?.options?.toPlainOnly === true,
    ),
  };
}
