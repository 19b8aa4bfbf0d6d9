import type { ReferenceObject, SchemaObject } from '@nestjs/swagger';

/** The package, where it is installed. */
export type Swagger = typeof import('@nestjs/swagger');

/** JSON Schema as OpenAPI 3.0 has it; @nestjs/swagger makes `nullable` into what 3.1 has. */
export type Schema = SchemaObject & Partial<ReferenceObject>;

/** Loads the optional peer; undefined where the host does not have it. */
export async function loadSwagger(): Promise<Swagger | undefined> {
  try {
    return await import('@nestjs/swagger');
  } catch {
    return undefined; // One that is installed and broken breaks the import of the host as well, if there is one.
  }
}
