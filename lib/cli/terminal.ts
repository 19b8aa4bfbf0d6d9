/** Where a command writes what is too much to be held as a whole, and shows how far it is. */
export interface Terminal {
  /** Resolves once there is room for more. */
  write(text: string): Promise<void>;
  /** Whether people look at what is written to the error output. */
  readonly isShown: boolean;
  /** Asks who sits there; absent: nobody does. */
  ask?(question: string): Promise<string>;
}

/** Nobody looks, and nothing is written. */
export const SILENT: Terminal = { write: () => Promise.resolve(), isShown: false };
