import type { Catalog } from './catalog.ts';
import { refuse } from './errors.ts';
import type { Parameter } from './parameters.ts';
import type { Relation } from './rewrite.ts';
import type { QueryRequest } from './statements.ts';
import { type Translated, translate } from './translate.ts';

interface Kept {
  translated: Translated;
  /** What its names meant: it is what it was while they mean the same. */
  restsOn: [path: string[], relation: Relation, isTarget: boolean][];
}

const MOST_KEPT = 500;

/**
 * By text, for all warehouses of this process: to translate a view takes longer than to read it, and it is in the text of
 * the views that read it, and in each query of those.
 */
const kept = new Map<string, Kept>();

/** Throws ApiError, as `translate` does. */
export function translated(
  { query, useLegacySql, defaultDataset }: QueryRequest,
  parameters: ReadonlyMap<string, Parameter>,
  catalog: Catalog,
): Translated {
  if (useLegacySql !== false) refuse('legacy SQL');
  const dataset = defaultDataset?.datasetId;
  const relationAt = (path: string[], isTarget: boolean): Relation => {
    const found = catalog.resolve(path, dataset, isTarget);
    return 'view' in found
      ? translated({ query: found.view, useLegacySql: false }, new Map(), catalog)
      : found;
  };
  const key = JSON.stringify([
    query,
    dataset,
    [...parameters].map(([name, { sql, isShort }]) => [name, sql, isShort]),
  ]);
  const before = kept.get(key);
  if (before?.restsOn.every(([path, relation, isTarget]) => isSame(relationAt(path, isTarget), relation)))
    return before.translated;
  const restsOn: Kept['restsOn'] = [];
  const resolve = (path: string[], isTarget: boolean) => {
    const relation = relationAt(path, isTarget);
    restsOn.push([path, relation, isTarget]);
    return relation;
  };
  const now = { translated: translate(query, resolve, parameters), restsOn };
  kept.set(key, now);
  for (const oldest of kept.keys()) if (kept.size > MOST_KEPT) kept.delete(oldest);
  return now.translated;
}

/** A view whose text is the same is one object. */
const isSame = (a: Relation, b: Relation): boolean =>
  a === b || ('table' in a && 'table' in b && a.table.join('/') === b.table.join('/'));
