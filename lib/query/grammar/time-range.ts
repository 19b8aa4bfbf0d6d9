import type { Condition } from '../../storage/reading/event-query.interface.js';

/** Whether a range, either end of which may be open, ends before it begins: it finds nothing, and is most often two ends mixed up. */
export function isReversed(from: string | undefined, to: string | undefined): boolean {
  return from !== undefined && to !== undefined && Date.parse(from) > Date.parse(to);
}

/** The same of conditions that all must hold, as far as they stand side by side. */
export function haveReversedTimes(conditions: readonly Condition[]): boolean {
  const lower = limitsIn(conditions, ['gt', 'gte']);
  const upper = limitsIn(conditions, ['lt', 'lte']);
  return lower.some((from) => upper.some((to) => isReversed(from, to)));
}

function limitsIn(conditions: readonly Condition[], operators: readonly string[]): string[] {
  return conditions.flatMap((condition) => {
    if (!('operand' in condition) || condition.operand.field !== 'createdAt' || !('value' in condition)) return [];
    return operators.includes(condition.operator) ? [String(condition.value)] : [];
  });
}
