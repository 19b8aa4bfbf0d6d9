import { type Column, type GroupExpression, isGroup, isSame } from './column.js';
import { namedOperand, namedOperandOf } from './named-operand.js';
import type { RequestNode } from './request-node.js';
import { columnOf } from './selection.parser.js';
import type { QueryView } from './views/query-view.interface.js';

const MAX_ITEMS = 20;

/** What the rows of an answer are. */
export interface Shape {
  readonly columns: readonly Column[];
  /** Absent: a row is an event. */
  readonly groups?: readonly Column<GroupExpression>[];
}

/** Of `select` and `groupBy`; undefined where they are none. */
export function shapeOf(request: RequestNode, timezone: string): Shape | undefined {
  const groups = itemsOf(request.at('groupBy'), groupingOf);
  const selected = itemsOf(request.at('select'), (node) => columnOf(node, timezone));
  if (groups === undefined || selected === undefined) return undefined;
  refuseTwins(groups, selected);
  const columns = selected.map(({ column }) => column);
  const isGrouped = groups.length > 0 || columns.some(({ expression }) => expression.kind !== 'field');
  if (!isGrouped) return { columns: columns.length > 0 ? columns : everyField(request.report.view) };
  return {
    columns: [
      ...groups.filter(({ column, isShown }) => isShown && !isAmong(columns, column)).map(({ column }) => column),
      ...columns,
    ],
    groups: groupsOf(
      groups.map(({ column }) => column),
      columns,
    ),
  };
}

interface Item<Of extends Column = Column> {
  readonly node: RequestNode;
  readonly column: Of;
  readonly isShown?: boolean;
}

function itemsOf<Of extends Column>(
  list: RequestNode,
  read: (node: RequestNode) => Of | Item<Of> | undefined,
): Item<Of>[] | undefined {
  if (list.isAbsent) return [];
  const items = list.items(MAX_ITEMS)?.map((node) => {
    const made = read(node);
    return made && ('column' in made ? made : { node, column: made });
  });
  return items?.every((item) => item !== undefined) ? items : undefined;
}

function groupingOf(node: RequestNode): Item<Column<GroupExpression>> | undefined {
  if (!node.isObjectOf(['field', 'path', 'includeInSelect'])) return undefined;
  const named = namedOperandOf(node);
  const { value = true } = node.at('includeInSelect');
  if (typeof value !== 'boolean') return node.at('includeInSelect').refuse('must be true or false');
  if (named === undefined) return undefined;
  const { name: key, operand } = named;
  return { node, column: { key, expression: { kind: 'field', operand } }, isShown: value };
}

/** Two columns of one key can't stand in a row; that a group is selected as well is no other column. */
function refuseTwins(groups: readonly Item[], selected: readonly Item[]): void {
  const fault = 'has the key of another column: leave it out, or ask for it in another request';
  for (const [index, { node, column }] of groups.entries()) {
    if (groups.slice(0, index).some((other) => other.column.key === column.key)) node.refuse(fault);
  }
  for (const [index, { node, column }] of selected.entries()) {
    const isTwin = selected.slice(0, index).some((other) => other.column.key === column.key);
    const group = groups.find((other) => other.column.key === column.key);
    if (isTwin || (group && !isSame(group.column.expression, column.expression))) node.refuse(fault);
  }
}

function isAmong(columns: readonly Column[], { expression }: Column): boolean {
  return columns.some((column) => isSame(column.expression, expression));
}

// What is selected beside times and aggregates is one value for all events of a group only where it is grouped by.
function groupsOf(groups: readonly Column<GroupExpression>[], columns: readonly Column[]): Column<GroupExpression>[] {
  return [...groups, ...columns.filter(isGroup).filter((column) => !isAmong(groups, column))];
}

function everyField(view: QueryView): Column[] {
  return view.defaults.map((field) => {
    const { name: key, operand } = namedOperand(view, field);
    return { key, expression: { kind: 'field', operand }, mode: 'unpack' };
  });
}
