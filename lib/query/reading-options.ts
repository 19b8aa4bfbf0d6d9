import type { ReadScope } from '../storage/reading/event-query.interface.js';
import type { ReadingOptions } from './event-filter.interface.js';
import { textOrNull } from './grammar/listing.parser.js';
import { RequestNode, RequestReport } from './grammar/request-node.js';

/** The options of a read. A slip in them would have all events read, so it is refused, by `InvalidQueryException`. */
export function readingOptions(options: ReadingOptions = {}): { readonly scope: ReadScope; readonly signal?: AbortSignal } {
  const node = new RequestNode(options, new RequestReport(), ['options']);
  if (node.isObjectOf(['scope', 'signal'])) node.at('scope').optional(checkScope);
  if (node.report.hasFaults) throw node.report.refusal;
  const { scope = {}, signal } = options;
  return { scope, signal };
}

function checkScope(node: RequestNode): void {
  if (!node.isObjectOf(['projectId', 'integrationId', 'entityTypes'])) return;
  node.at('projectId').optional(textOrNull);
  node.at('integrationId').optional((id) => id.text());
  for (const name of node.at('entityTypes').optional((names) => names.items(Infinity)) ?? []) name.text();
}
