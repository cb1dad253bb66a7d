/** SELECT and what stands around it: FROM, joins, UNNEST, WITH, GROUP BY, ORDER BY, unions. */
import { refuse } from './errors.ts';
import type { Fields } from './grammar.ts';
import { call, identifier, nameOf, type Rewriter, raw } from './rewrite.ts';
import { quoted } from './types.ts';

type Tree = Record<string, Fields>;

const aliased = (value: unknown, name: string, columns: string[] = []) => ({
  alias: {
    this: value,
    alias: identifier(name),
    column_aliases: columns.map(identifier),
    alias_explicit_as: true,
    pre_alias_comments: [],
    trailing_comments: [],
  },
});

/** The name that a select item gives its column; '' for none. */
export function columnName({ alias, column, dot }: Tree): string {
  const name = nameOf(alias?.alias ?? column?.name ?? dot?.field);
  return column && name.startsWith('@') ? '' : name;
}

export function structOf(members: { name: string; value: unknown }[]): Fields {
  if (members.length === 0 || members.some(({ name }) => name === ''))
    refuse('a STRUCT whose fields have no names');
  return call('STRUCT', ...members.map(({ name, value }) => aliased(value, name)));
}

export function select(f: Fields, r: Rewriter): Fields {
  return r.within(r.scope, () => {
    const withs = r.rewrite(f.with, 'with');
    const items = f.expressions as Tree[];
    r.scope = { names: new Map(), items, unnests: false, inClauses: false, outer: r.scope };
    const [first, ...others] = ((f.from as { expressions: Tree[] } | null)?.expressions ?? []) as Tree[];
    const from = first && { expressions: [relation(first, r)] };
    // A comma binds like a join in BigQuery, and weaker than one in DuckDB.
    const joins = [...others.map(crossJoin), ...((f.joins ?? []) as Fields[])].map((each) =>
      r.rewrite(each, 'joins'),
    );
    const rest = r.fields({ ...f, with: null, from: null, joins: [], expressions: [], kind: null });
    const expressions = selectList(items, String(f.kind ?? ''), r);
    return { select: { ...rest, with: withs, from: from ?? null, joins, expressions } };
  });
}

/** Columns without a name are f0_, f1_ … in BigQuery. */
function selectList(items: Tree[], kind: string, r: Rewriter): unknown[] {
  if (kind === 'STRUCT') {
    const members = items.map((item) => ({
      name: columnName(item),
      value: r.rewrite(item.alias?.this ?? item),
    }));
    return [aliased(structOf(members), 'f0_')];
  }
  if (kind !== '') refuse(`SELECT AS ${kind}`);
  let unnamed = 0;
  return items.map((item) => {
    const rewritten = r.rewrite(item);
    if ('alias' in item || 'star' in item) return rewritten;
    return aliased(rewritten, columnName(item) || `f${unnamed++}_`);
  });
}

const crossJoin = (of: unknown): Fields => ({
  this: of,
  on: null,
  using: [],
  kind: 'Cross',
  use_inner_keyword: false,
  use_outer_keyword: false,
  deferred_condition: false,
  nesting_group: 0,
  directed: false,
});

const unnestIn = (tree: Tree) => ('unnest' in tree ? tree : ((tree.alias?.this ?? {}) as Tree)).unnest;

/** What stands in FROM: it sees the tables before it only in UNNEST. */
function relation(tree: Tree, r: Rewriter): unknown {
  const unnest = unnestIn(tree);
  if (unnest) return unnested(unnest, nameOf(unnest.alias ?? tree.alias?.alias), r);
  if ('table' in tree || 'joined_table' in tree) return r.rewrite(tree);
  r.scope?.names.set(nameOf(tree.subquery?.alias).toLowerCase(), null);
  return r.within(r.scope?.outer ?? null, () => r.rewrite(tree));
}

/** The element becomes the column of the alias's own name: see Rewriter.column. */
function unnested(f: Fields, alias: string, r: Rewriter): Fields {
  const array = r.rewrite(f.this);
  const { scope } = r;
  const name = alias || 'unnest_';
  const offset = nameOf(f.offset_alias) || 'offset';
  if (scope) scope.unnests = true;
  scope?.names.set(name.toLowerCase(), name);
  if (!f.with_ordinality) return aliased(call('unnest', array), name, [name]);
  scope?.names.set(offset.toLowerCase(), name);
  return aliased(call('bq__unnest', array), name, [name, offset]);
}

const JOINS = ['Inner', 'Left', 'Right', 'Full', 'Cross'];

export function join(f: Fields, r: Rewriter): Fields {
  const tree = f.this as Tree;
  const written = f.kind === 'Implicit' ? 'Cross' : String(f.kind);
  if (!JOINS.includes(written)) refuse(`${written} JOIN`);
  const bare = unnestIn(tree) && !f.on && (f.using as unknown[]).length === 0;
  const kind = bare && written === 'Inner' ? 'Cross' : written;
  const joined = relation(tree, r);
  const on = bare && kind !== 'Cross' ? raw('TRUE') : r.rewrite(f.on);
  return { ...f, kind, this: joined, on, using: r.rewrite(f.using) };
}

export const joinedTable = (f: Fields, r: Rewriter): Fields => ({
  joined_table: {
    ...r.fields({ ...f, left: null, joins: [] }),
    left: relation(f.left as Tree, r),
    joins: r.rewrite(f.joins, 'joins'),
  },
});

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
const place = (tree: unknown) =>
  (tree as Tree).literal?.literal_type === 'number' && raw(String((tree as Tree).literal?.value));

/** A bare name stays: DuckDB prefers the alias there too. */
const bareName = (tree: unknown, r: Rewriter) => {
  const { column } = tree as Tree;
  const name = column && !column.table ? nameOf(column.name) : '';
  return name && !name.startsWith('@') && !r.element(name) && raw(quoted(name));
};

/** An item of ORDER BY: in a query it may be a place or an alias, in a window or an aggregate neither. */
export const ordered = (isQuery: boolean) => (f: Fields, r: Rewriter) => {
  if (!('desc' in f)) return inClauses(f, r);
  const by = (isQuery && (place(f.this) || bareName(f.this, r))) || r.rewrite(f.this);
  // BigQuery puts NULLs first where the order ascends.
  return { ...f, this: by, nulls_first: f.nulls_first ?? !f.desc };
};

/** HAVING, QUALIFY and the ORDER BY of a query. */
export function inClauses(f: Fields, r: Rewriter): Fields {
  const { scope } = r;
  if (scope) scope.inClauses = true;
  const rewritten = r.fields(f);
  if (scope) scope.inClauses = false;
  return rewritten;
}

/** An alias of the select list wins over a column, in DuckDB the other way round: so it becomes its place in the list. */
export function groupBy(f: Fields, r: Rewriter): Fields {
  const items = r.scope?.items ?? [];
  const expressions = (f.expressions as Tree[]).map((each) => {
    const name = each.column && !each.column.table ? nameOf(each.column.name) : '';
    const at = name ? items.findIndex((item) => item.alias && columnName(item) === name) : -1;
    if (at >= 0 && items.some((item) => 'star' in item)) refuse(`GROUP BY ${name} beside *`);
    return at >= 0 ? raw(String(at + 1)) : place(each) || r.rewrite(each);
  });
  return { ...f, expressions };
}
