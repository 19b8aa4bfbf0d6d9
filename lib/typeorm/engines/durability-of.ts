import type { Durability } from '../../storage/durability.interface.js';

/** A setting of a database, and what a commit survives with a value of it. */
export interface Setting {
  name: string;
  wanted: string;
  survives(value: string): Durability['survives'];
}

/** What a commit survives with these values; of the settings, those that can lose most come first. */
export function durabilityOf(database: string, settings: readonly Setting[], values: Record<string, string>): Durability {
  const because = `${database} with ${settings.map(({ name }) => `${name}=${values[name]}`).join(', ')}`;
  const unsafe = settings.filter(({ name, survives }) => survives(values[name]) !== 'power cut');
  if (unsafe.length === 0) return { survives: 'power cut', because };
  const [{ name, survives }] = unsafe;
  const remedy = unsafe.map((setting) => `${setting.name}=${setting.wanted}`).join(' and ');
  return { survives: survives(values[name]), because: `${because}; set ${remedy}` };
}
