import type { Condition } from '../../storage/reading/event-query.interface.js';
import { comparandOf, type ComparandKind } from './comparand.js';
import { DOTTED_CONDITION, OF_CONDITIONS, UNNAMED_LIST, UNWRAPPED } from './hints.js';
import { OPERATORS } from './operators.js';
import type { RequestNode } from './request-node.js';
import { EVERY } from './scoped.js';
import { haveReversedTimes } from './time-range.js';

const MAX_DEPTH = 10;
const MAX_CONDITIONS = 100;
const KINDS: Readonly<Record<ComparandKind, string>> = {
  text: 'a field of text',
  time: 'a time',
  document: 'a whole JSON field',
  path: 'what is at a path',
};

/** Reads the `where` of one request. */
export class FilterParser {
  private conditions = 0;
  private groups = 0;

  constructor(private readonly root: RequestNode) {}

  /** Undefined where it is none; its faults are noted. */
  parse(): Condition | undefined {
    return this.root.isAbsent ? EVERY : this.filter(this.root, 0);
  }

  private filter(node: RequestNode, depth: number): Condition | undefined {
    if (Array.isArray(node.value)) return node.refuse(UNNAMED_LIST);
    if (!node.at('field').isAbsent || !node.at('operator').isAbsent) return node.refuse(UNWRAPPED);
    if (!node.isObjectOf(['condition', 'and', 'or'])) return undefined;
    const given = (['condition', 'and', 'or'] as const).filter((kind) => !node.at(kind).isAbsent);
    if (given.length !== 1) return node.refuse('must have one of condition, and, or: put the others into an `and`');
    const [kind] = given;
    return kind === 'condition' ? this.condition(node.at(kind)) : this.group(node.at(kind), kind, depth + 1);
  }

  private group(node: RequestNode, kind: 'and' | 'or', depth: number): Condition | undefined {
    if (depth > MAX_DEPTH) return node.refuse(`must not be nested deeper than ${MAX_DEPTH} levels`);
    if (++this.groups > MAX_CONDITIONS) return this.root.refuse(`must have at most ${MAX_CONDITIONS} lists of conditions`);
    const parts = node.items(MAX_CONDITIONS)?.map((item) => this.filter(item, depth));
    if (parts === undefined || !parts.every((part) => part !== undefined)) return undefined;
    if (kind === 'or') return { or: parts };
    return haveReversedTimes(parts)
      ? node.refuse(`must not begin later than it ends: its times of ${node.report.view.time} exclude each other`)
      : { and: parts };
  }

  private condition(node: RequestNode): Condition | undefined {
    if (++this.conditions > MAX_CONDITIONS) return this.root.refuse(`must have at most ${MAX_CONDITIONS} conditions`);
    if (!node.isObjectOf(['field', 'operator', 'value'], OF_CONDITIONS)) return undefined;
    const field = node.at('field').oneOf(node.report.view.fields, DOTTED_CONDITION);
    const operator = node.at('operator').oneOf(OPERATORS);
    if (field === undefined || operator === undefined) return undefined;
    const { kinds, make } = OPERATORS[operator];
    const needsValue = operator !== 'isNull' && operator !== 'isNotNull';
    if (needsValue && node.at('value').isAbsent) return node.at('value').refuse('must be given');
    const comparand = comparandOf(field, node.at('value'), needsValue);
    if (comparand === undefined) return undefined;
    if (kinds.includes(comparand.kind)) return make(comparand);
    if (comparand.kind === 'document' && kinds.includes('path')) return comparand.value.refuse('must be { path, value } here');
    return node.at('operator').refuse(`compares ${kinds.map((kind) => KINDS[kind]).join(' or ')}, not ${KINDS[comparand.kind]}`);
  }
}
