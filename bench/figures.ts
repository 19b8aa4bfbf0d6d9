/** A measured ratio and the bound that it is to keep. */
export interface Ratio {
  name: string;
  value: number;
  atLeast?: number;
  atMost?: number;
  /** The reason, where it is missed. */
  why?: string;
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/** A row of a Markdown table. */
export function row(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}

export function header(cells: readonly (string | number)[]): string {
  return `${row(cells)}\n${row(cells.map((_cell, index) => (index === 0 ? '---' : '--:')))}`;
}

/** What a table tells of a ratio: its value, its bound, and whether that is missed. */
export function cellsOf({ value, atLeast = 0, atMost = Infinity, why }: Ratio): string[] {
  const bound = atLeast > 0 ? `≥ ${atLeast}` : atMost < Infinity ? `≤ ${atMost}` : '';
  const missed = why === undefined ? 'missed' : `missed: ${why}`;
  return [figure(value), bound, value < atLeast || value > atMost ? missed : ''];
}

/** Three digits, or all before the point. */
export function figure(value: number): string {
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}
