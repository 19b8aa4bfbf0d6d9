export type Stringify = (typeof import('csv-stringify/sync'))['stringify'];

/** Loads the package only for an export to CSV, as it is an optional peer. Throws an error that names package and fix. */
export async function loadCsvStringify(): Promise<Stringify> {
  try {
    const { stringify } = await import('csv-stringify/sync');
    return stringify;
  } catch {
    throw new Error('To export CSV, EventLogQueryModule needs csv-stringify: npm install csv-stringify');
  }
}
