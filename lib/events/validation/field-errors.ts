import type { FieldError } from './field-error.interface.js';

const MAX_ERRORS = 50;

/** The refused fields of one event: one entry a field, at most 50. */
export class FieldErrors {
  private readonly byPointer = new Map<string, FieldError>();
  private faults = 0;

  /** Enough was found wrong; also where many faults share a pointer. */
  get full(): boolean {
    return this.faults >= MAX_ERRORS;
  }

  get list(): FieldError[] {
    return [...this.byPointer.values()];
  }

  add(pointer: string, detail: string): void {
    if (this.full) return;
    this.faults++;
    if (!this.byPointer.has(pointer)) this.byPointer.set(pointer, { pointer, detail });
  }
}
