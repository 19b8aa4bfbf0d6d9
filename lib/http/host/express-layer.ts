/** What is used of a layer in the router of Express. */
export interface ExpressLayer {
  /** That of a route; middleware has none. */
  readonly route?: { readonly path: unknown };
  match(path: string): boolean;
}

/** Whether a layer takes a path, by the router's own matcher, so that case, wildcards, parameters and slashes at the end count as there. */
export function takesPath(layer: ExpressLayer, path: string): boolean {
  try {
    return layer.match(path);
  } catch {
    return false; // The path can't be decoded: Express answers it with 400.
  }
}
