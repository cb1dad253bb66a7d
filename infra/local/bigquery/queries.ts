/** SELECT and what stands in and around it: FROM, joins, UNNEST, WITH, GROUP BY, ORDER BY, unions. */
import { ApiError, refuse } from './errors.ts';
import type { Fields } from './grammar.ts';
import type { Rewriter } from './rewrite.ts';
import { Scope } from './scope.ts';
import { aliased, call, columnName, crossJoin, isNamed, nameOf, raw, structOf, type Tree } from './tree.ts';
import { quoted } from './types.ts';

export function select(f: Fields, r: Rewriter): Fields {
  return r.within(r.scope, () => {
    const withs = r.rewrite(f.with, 'with');
    const items = f.expressions as Tree[];
    r.scope = new Scope(items, r.scope);
    const [first, ...others] = (f.from as { expressions: Tree[] } | null)?.expressions ?? [];
    if (!first) refuseWithoutFrom(items);
    const from = first ? { expressions: [relation(first, r)] } : null;
    // A comma binds like any join in BigQuery, and weaker than one in DuckDB.
    const joins = [...others.map(crossJoin), ...((f.joins ?? []) as Fields[])].map((each) =>
      r.rewrite(each, 'joins'),
    );
    const clauses = r.fields({ ...f, with: null, from: null, joins: [], expressions: [], kind: null });
    const expressions = selectList(items, f.kind, r);
    return { select: { ...clauses, with: withs, from, joins, expressions } };
  });
}

const AGGREGATES =
  /^(count|count_if|sum|avg|min|max|any_value|logical_(and|or)|(array|string)_agg|approx_count_distinct|stddev(_samp)?|aggregate_function)$/;

/** Rows are needed to aggregate, be it none. A subquery has its own. */
function refuseWithoutFrom(tree: unknown): void {
  for (const [kind, fields] of Object.entries((tree ?? {}) as Fields)) {
    if (/^(select|union|intersect|except|subquery)$/.test(kind)) continue;
    const cannot = kind === 'window_function' ? 'analytic functions' : AGGREGATES.test(kind) && 'aggregation';
    if (cannot && typeof fields === 'object' && fields)
      throw new ApiError('invalidQuery', `SELECT without FROM clause cannot use ${cannot}`);
    if (typeof fields === 'object') refuseWithoutFrom(fields);
  }
}

/** Columns without a name are f0_, f1_ … in BigQuery. */
function selectList(items: Tree[], kind: unknown, r: Rewriter): unknown[] {
  if (kind === 'STRUCT') {
    const value = (item: Tree) => r.rewrite(item.alias?.this ?? item);
    return [aliased(structOf(items.map((item) => ({ name: columnName(item), value: value(item) }))), 'f0_')];
  }
  if (kind) refuse(`SELECT AS ${kind}`);
  let unnamed = 0;
  return items.map((item) => {
    const rewritten = r.rewrite(item);
    return item.alias || item.star ? rewritten : aliased(rewritten, columnName(item) || `f${unnamed++}_`);
  });
}

const unnestIn = (tree: Tree): Fields | undefined =>
  tree.unnest ?? (tree.alias?.this as Tree | undefined)?.unnest;

/** What stands in FROM: it sees the tables before it only in UNNEST. */
function relation(tree: Tree, r: Rewriter): unknown {
  const unnest = unnestIn(tree);
  if (unnest) return unnested(unnest, nameOf(unnest.alias ?? tree.alias?.alias), r);
  if (tree.table) return r.rewrite(tree);
  r.scope?.names.set(nameOf(tree.subquery?.alias).toLowerCase(), null);
  return r.within(r.scope?.outer ?? null, () => r.rewrite(tree));
}

/** The element becomes the column of the alias's own name: see Rewriter.element. */
function unnested(f: Fields, alias: string, r: Rewriter): Fields {
  const array = r.rewrite(f.this);
  const name = alias || 'unnest_';
  const offset = nameOf(f.offset_alias) || 'offset';
  if (r.scope) r.scope.unnests = true;
  r.scope?.names.set(name.toLowerCase(), name);
  if (!f.with_ordinality) return aliased(call('unnest', array), name, [name]);
  r.scope?.names.set(offset.toLowerCase(), name);
  return aliased(call('bq__unnest', array), name, [name, offset]);
}

export function join(f: Fields, r: Rewriter): Fields {
  const written = f.kind === 'Implicit' ? 'Cross' : String(f.kind);
  if (!['Inner', 'Left', 'Right', 'Full', 'Cross'].includes(written)) refuse(`${written} JOIN`);
  const isBare = unnestIn(f.this as Tree) && !f.on && (f.using as unknown[]).length === 0;
  const kind = isBare && written === 'Inner' ? 'Cross' : written;
  const joined = relation(f.this as Tree, r);
  const on = isBare && kind !== 'Cross' ? raw('TRUE') : r.rewrite(f.on);
  return { ...f, kind, this: joined, on, using: r.rewrite(f.using) };
}

export function cte(f: Fields, r: Rewriter): Fields {
  const rewritten = r.fields(f);
  r.ctes.push(nameOf(f.alias).toLowerCase());
  return rewritten;
}

export const setOperation = (kind: string) => (f: Fields, r: Rewriter) => {
  if (!f.distinct && !(kind === 'union' && f.all)) refuse(`${kind.toUpperCase()} without DISTINCT or ALL`);
  return r.within(r.scope, () => {
    const withs = r.rewrite(f.with, 'with');
    const order_by = r.within(null, () => r.rewrite(f.order_by, 'order_by'));
    return { [kind]: { ...r.fields({ ...f, with: null, order_by: null }), with: withs, order_by } };
  });
};

/** A number is a place in the select list, not a value. */
function place({ literal }: Tree): Fields | undefined {
  return literal?.literal_type === 'number' ? raw(String(literal.value)) : undefined;
}

/** A bare name in ORDER BY stays one: DuckDB prefers the alias there too. */
function bareName({ column }: Tree, r: Rewriter): Fields | undefined {
  const name = column?.table ? '' : nameOf(column?.name);
  return name && !name.startsWith('@') && !r.element(name) ? raw(quoted(name)) : undefined;
}

/** An item of ORDER BY: in a query it may be a place or an alias, in a window or an aggregate it is a value. */
export const ordered = (isOfQuery: boolean) => (f: Fields, r: Rewriter) => {
  if (!('desc' in f)) return r.inClauses(true, () => r.fields(f));
  const named = isOfQuery ? (place(f.this as Tree) ?? bareName(f.this as Tree, r)) : undefined;
  // BigQuery puts NULLs first where the order ascends.
  return { ...f, this: named ?? r.rewrite(f.this), nulls_first: f.nulls_first ?? !f.desc };
};

/** An alias of the select list wins over a column, in DuckDB it loses: so it becomes its place in the list. */
export function groupBy(f: Fields, r: Rewriter): Fields {
  const items = r.scope?.items ?? [];
  const expressions = (f.expressions as Tree[]).map((each) => {
    const name = each.column && !each.column.table ? columnName(each) : '';
    const at = items.findIndex((item) => name && item.alias && isNamed(item, name));
    if (at >= 0 && items.some(({ star }) => star)) refuse(`GROUP BY ${name} beside *`);
    return at >= 0 ? raw(String(at + 1)) : (place(each) ?? r.rewrite(each));
  });
  return { ...f, expressions };
}
