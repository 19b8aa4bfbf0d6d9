import type { UnfilledRows } from './unfilled-rows.js';

const SLICE = 200;

/** Fills all rows of a project that an earlier version wrote. */
export async function fillProject(rows: UnfilledRows, projectId: string | null): Promise<void> {
  for (let from: string | undefined; ;) {
    const slice = await rows.find(projectId, from, SLICE);
    if (slice.length === 0) return;
    await rows.fill(slice);
    from = slice.at(-1)!.created_at;
  }
}
