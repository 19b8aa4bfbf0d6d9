import type { QueryOrder } from '../../storage/reading/event-query.interface.js';
import type { RequestNode } from './request-node.js';
import type { Shape } from './shape.parser.js';
import type { QueryView } from './views/query-view.interface.js';

const MAX_ITEMS = 20;
const DIRECTIONS = { asc: true, desc: true } as const;

/** Of `orderBy`; undefined where it is none. */
export function orderOf(list: RequestNode, shape: Shape): readonly QueryOrder[] | undefined {
  if (list.isAbsent) return defaultOrder(shape);
  const order = list.items(MAX_ITEMS)?.map((node) => orderingOf(node, shape));
  if (!order?.every((ordering) => ordering !== undefined)) return undefined;
  if (order.length === 0) return defaultOrder(shape);
  return shape.groups === undefined && isNewestFirst(order) ? [...order, ...NEWEST_FIRST.slice(1)] : order;
}

function orderingOf(node: RequestNode, shape: Shape): QueryOrder | undefined {
  if (!node.isObjectOf(['field', 'direction'])) return undefined;
  const direction = node.at('direction').oneOf(DIRECTIONS);
  const by = expressionOf(node.at('field').value, shape, node.report.view);
  if (by !== undefined) return direction && { by, direction };
  return node
    .at('field')
    .refuse(
      shape.groups === undefined
        ? `must be a field of ${node.report.view.records}, or the key of a column`
        : 'must be the key of a column, or of what is grouped by: select it as well',
    );
}

function expressionOf(key: unknown, { columns, groups }: Shape, { fields }: QueryView): QueryOrder['by'] | undefined {
  const column = [...columns, ...(groups ?? [])].find((one) => one.key === key);
  if (column !== undefined || groups !== undefined) return column?.expression;
  return typeof key === 'string' && Object.hasOwn(fields, key) ? { kind: 'field', operand: fields[key] } : undefined;
}

const NEWEST_FIRST: readonly QueryOrder[] = (['createdAt', 'id', 'projectId'] as const).map((field) => ({
  by: { kind: 'field', operand: { field } },
  direction: 'desc',
}));

// Ties in the same direction are what an index answers.
function isNewestFirst([{ by, direction }, ...others]: readonly QueryOrder[]): boolean {
  return others.length === 0 && direction === 'desc' && by.kind === 'field' && by.operand.field === 'createdAt';
}

/** The newest events first; of groups, times ascending, then the first aggregate descending. */
function defaultOrder({ columns, groups }: Shape): readonly QueryOrder[] {
  if (groups === undefined) return NEWEST_FIRST;
  const times = groups.filter(({ expression }) => expression.kind === 'time');
  const aggregates = columns.filter(({ expression }) => expression.kind === 'aggregate').slice(0, 1);
  return [
    ...times.map(({ expression: by }) => ({ by, direction: 'asc' }) as const),
    ...aggregates.map(({ expression: by }) => ({ by, direction: 'desc' }) as const),
  ];
}
