import type { Catalog } from './catalog.ts';
import { refuse } from './errors.ts';
import type { Parameter } from './parameters.ts';
import type { Relation } from './rewrite.ts';
import type { QueryRequest } from './statements.ts';
import { hashOf, storedTranslation, storeTranslation } from './stored-translations.ts';
import { type Translated, translate } from './translate.ts';

interface Kept {
  translated: Translated;
  /** What its names meant: it is what it was while they mean the same. */
  restsOn: [path: string[], meaning: string, isTarget: boolean][];
}

const MOST_KEPT = 500;

/**
 * By text, for all warehouses of this process: to translate a view takes longer than to read it, and it is in the text of
 * the views that read it, and in each query of those. Those of views are stored: they are few and stay.
 */
const kept = new Map<string, Kept>();

/** Throws ApiError, as `translate` does. `isView`: the query is a view's. */
export function translated(
  { query, useLegacySql, defaultDataset }: QueryRequest,
  parameters: ReadonlyMap<string, Parameter>,
  catalog: Catalog,
  isView = false,
): Translated {
  if (useLegacySql !== false) refuse('legacy SQL');
  const dataset = defaultDataset?.datasetId;
  const relationAt = (path: string[], isTarget: boolean): Relation => {
    const found = catalog.resolve(path, dataset, isTarget);
    return 'view' in found
      ? translated({ query: found.view, useLegacySql: false }, new Map(), catalog, true)
      : found;
  };
  const key = JSON.stringify([
    query,
    dataset,
    [...parameters].map(([name, { sql, isShort }]) => [name, sql, isShort]),
  ]);
  const means = ([path, meaning, isTarget]: Kept['restsOn'][number]) =>
    meaningOf(relationAt(path, isTarget)) === meaning;
  const before = kept.get(key) ?? (isView ? (storedTranslation(key) as Kept | undefined) : undefined);
  if (before?.restsOn.every(means)) return keep(key, before);
  const restsOn: Kept['restsOn'] = [];
  const resolve = (path: string[], isTarget: boolean) => {
    const relation = relationAt(path, isTarget);
    restsOn.push([path, meaningOf(relation), isTarget]);
    return relation;
  };
  const now = { translated: translate(query, resolve, parameters), restsOn };
  if (isView) storeTranslation(key, now);
  return keep(key, now);
}

function keep(key: string, translation: Kept): Translated {
  kept.set(key, translation);
  const [oldest = ''] = kept.keys();
  if (kept.size > MOST_KEPT) kept.delete(oldest);
  return translation.translated;
}

const meanings = new WeakMap<Relation, string>();

/** The same for what is the same. */
function meaningOf(relation: Relation): string {
  const known = meanings.get(relation);
  if (known !== undefined) return known;
  const meaning = 'table' in relation ? relation.table.join('/') : hashOf([relation.sql]);
  meanings.set(relation, meaning);
  return meaning;
}
