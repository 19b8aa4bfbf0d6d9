import type { Expression, Operand } from '../storage/reading/event-query.interface.js';

/** A text that is the same for the same expression alone, however its members are ordered. */
export function expressionKey(expression: Expression): string {
  switch (expression.kind) {
    case 'field':
      return JSON.stringify(['field', operandKey(expression.operand)]);
    case 'time':
      return JSON.stringify(['time', expression.unit, expression.timezone]);
    case 'aggregate':
      return JSON.stringify(['aggregate', expression.aggregate, expression.operand && operandKey(expression.operand)]);
  }
}

function operandKey(operand: Operand): readonly unknown[] {
  return 'path' in operand ? [operand.field, operand.path] : [operand.field];
}
