/** The library keeps places of its own in the store of consumers, under names that no consumer can have. */
const OWN = /\//;

/** Whether a consumer is one of the host's: a class of it, or a webhook. */
export function isOfHost(name: string): boolean {
  return !OWN.test(name);
}
