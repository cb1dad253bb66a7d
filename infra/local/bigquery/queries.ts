/** SELECT and what stands around it: FROM, joins, UNNEST, WITH, GROUP BY, ORDER BY, unions. */
import { refuse } from './errors.ts';
import type { Fields } from './grammar.ts';
import { call, identifier, nameOf, raw, type Rewriter } from './rewrite.ts';

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
  if (members.length === 0 || members.some(({ name }) => name === '')) refuse('a STRUCT whose fields have no names');
  return call('STRUCT', ...members.map(({ name, value }) => aliased(value, name)));
}

export function select(f: Fields, r: Rewriter): Fields {
  return r.within(r.scope, () => {
    const withs = r.rewrite(f.with, 'with');
    const items = f.expressions as Tree[];
    r.scope = { names: new Map(), items, unnests: false, outer: r.scope };
    const [first, ...others] = ((f.from as { expressions: Tree[] } | null)?.expressions ?? []) as Tree[];
    const from = first && { expressions: [relation(first, r)] };
    // A comma binds like a join in BigQuery, and weaker than one in DuckDB.
    const joins = [...others.map(crossJoin), ...((f.joins ?? []) as Fields[])].map((each) => r.rewrite(each, 'joins'));
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
  joined_table: { ...r.fields({ ...f, left: null, joins: [] }), left: relation(f.left as Tree, r), joins: r.rewrite(f.joins, 'joins') },
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
    return { [kind]: { ...r.fields({ ...f, with: null }), with: withs } };
  });
};

/** A number is a place in the select list, not a value. */
const place = (tree: unknown) => (tree as Tree).literal?.literal_type === 'number' && raw(String((tree as Tree).literal?.value));

/** BigQuery puts NULLs first where the order ascends. */
export function ordered(f: Fields, r: Rewriter): Fields | null {
  if (!('desc' in f)) return null;
  return { ...f, this: place(f.this) || r.rewrite(f.this), nulls_first: f.nulls_first ?? !f.desc };
}

/** A name means the alias in BigQuery where there is one, and the column in DuckDB: so the alias becomes its place. */
export function groupBy(f: Fields, r: Rewriter): Fields {
  const items = r.scope?.items ?? [];
  const expressions = (f.expressions as Tree[]).map((each) => {
    const name = each.column && !each.column.table ? nameOf(each.column.name) : '';
    const at = name ? items.findIndex(({ alias }) => nameOf(alias?.alias).toLowerCase() === name.toLowerCase()) : -1;
    const of = items[at]?.alias?.this as Tree | undefined;
    if (!of) return place(each) || r.rewrite(each);
    if (items.some((item) => 'star' in item)) refuse(`GROUP BY ${name} beside *`);
    if (!of.column && JSON.stringify(of).includes(`"name":${JSON.stringify(name)}`)) refuse(`GROUP BY ${name}, which names a column and an alias`);
    return raw(String(at + 1));
  });
  return { ...f, expressions };
}
