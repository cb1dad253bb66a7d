/**
 * Walks the tree of a GoogleSQL statement and makes of it the one that DuckDB understands: constructs by the rules,
 * and here what needs to know where it stands, that is names of columns and tables.
 */
import { ApiError, refuse } from './errors.ts';
import { checkKnown, type Fields, GRAMMAR } from './grammar.ts';
import { checkUnquoted } from './names.ts';
import { FEW, type Parameter } from './parameters.ts';
import type { Scope } from './scope.ts';
import { field, identifier, isNamed, known, nameOf, paren, raw, type Tree } from './tree.ts';
import { quoted } from './types.ts';

/**
 * What a table's name stands for: its three names in DuckDB, or a view's translation and the parameters that it uses. Where
 * rows are changed, `table` is the part that gets new ones, and `target` what is named.
 */
export type Relation = { table: string[]; target?: string[] } | { sql: string; parameters: string[] };

/** Whether rows of what has that name are changed is said beside it. */
export type Resolve = (path: string[], isTarget: boolean) => Relation;

const NAMES_GIVEN = ['alias', 'offset_alias', 'columns', 'window_name'];

/** What a construct becomes; null where there is nothing to change. */
export type Rule = (fields: Fields, r: Rewriter) => unknown;

export class Rewriter {
  /** Names of the parameters that the text uses ('': the time of the query). */
  readonly used = new Set<string>();
  readonly ctes: string[] = [];
  /** The table whose rows are changed. */
  target: string[] | null = null;
  scope: Scope | null = null;
  /** Whether what is compared is checked to be of one kind: see comparisons.ts. */
  readonly checks: boolean;
  readonly #rules: Record<string, Rule>;
  readonly #resolve: Resolve;
  readonly #parameters: ReadonlyMap<string, Parameter>;

  constructor(
    rules: Record<string, Rule>,
    resolve: Resolve,
    parameters: ReadonlyMap<string, Parameter>,
    checks: boolean,
  ) {
    this.checks = checks;
    this.#rules = rules;
    this.#resolve = resolve;
    this.#parameters = parameters;
  }

  /** A construct, a record, a list of them, or a plain value; `place` is the field that it stands in. */
  rewrite(value: unknown, place = ''): unknown {
    if (Array.isArray(value)) return value.map((each) => this.rewrite(each, place));
    if (value === null || value === undefined || typeof value !== 'object') return value ?? null;
    if ('name' in value && 'quoted' in value) return this.#name(value as Fields, place);
    const [[kind, fields] = ['', null], ...others] = Object.entries(value as Tree);
    const isConstruct = others.length === 0 && GRAMMAR.has(kind) && !Array.isArray(fields);
    if (!isConstruct) {
      if (!GRAMMAR.has(place)) checkKnown(kind, fields ?? {});
      checkKnown(place, value as Fields);
      if (place === 'table')
        return this.table(value as Fields, true).table ?? refuse('changes through a view');
      return this.#rules[place]?.(value as Fields, this) ?? this.fields(value as Fields);
    }
    const { calls, fields: names } = checkKnown(kind, fields ?? {});
    if (calls)
      return known(calls, ...names.flatMap((each) => (fields?.[each] ? [this.rewrite(fields[each])] : [])));
    return this.#rules[kind]?.(fields ?? {}, this) ?? { [kind]: fields && this.fields(fields) };
  }

  /** Only what begins a path, or gives a name, may be no keyword. */
  #name(identifier: Fields, place: string): Fields {
    const { name, quoted: isQuoted } = identifier as { name: string; quoted: boolean };
    if (!isQuoted && NAMES_GIVEN.includes(place)) checkUnquoted(name);
    return { ...identifier, quoted: true };
  }

  fields(fields: Fields): Fields {
    const rewritten = ([name, value]: [string, unknown]) => [
      name,
      name === 'span' ? value : this.rewrite(value, name),
    ];
    return Object.fromEntries(Object.entries(fields).map(rewritten));
  }

  list(trees: unknown): unknown[] {
    return ((trees ?? []) as unknown[]).map((tree) => this.rewrite(tree));
  }

  /** Does the work with the names of that scope; what it adds of WITH is known in it only. */
  within<T>(scope: Scope | null, work: () => T): T {
    const [before, ctes] = [this.scope, this.ctes.length];
    this.scope = scope;
    const done = work();
    this.scope = before;
    this.ctes.length = ctes;
    return done;
  }

  /** Where names mean select items first. */
  inClauses<T>(inClauses: boolean, work: () => T): T {
    if (!this.scope) return work();
    const { scope } = this;
    const before = scope.inClauses;
    scope.inClauses = inClauses;
    const done = work();
    scope.inClauses = before;
    return done;
  }

  /** Whether it is an array of few values, as written or as a parameter. */
  isShortArray({ array_func, column }: Tree): boolean {
    if (array_func) return (array_func.expressions as unknown[]).length <= FEW;
    const name = column?.table ? '' : nameOf(column?.name);
    return name.startsWith('@') && this.#parameters.get(name.slice(1).toLowerCase())?.isShort === true;
  }

  parameter(name: string): Fields {
    const parameter = this.#parameters.get(name.toLowerCase());
    if (!parameter) throw new ApiError('invalidQuery', `Query parameter '${name}' not found`);
    this.used.add(name.toLowerCase());
    return raw(parameter.sql);
  }

  now(): Fields {
    this.used.add('');
    return raw('CAST($p_ AS TIMESTAMPTZ)');
  }

  column(fields: Fields): Fields {
    const [table, name] = [nameOf(fields.table), nameOf(fields.name)];
    this.#name((fields.table ?? fields.name) as Fields, 'alias');
    const head = table || name;
    if (head.startsWith('@@')) refuse(head);
    const { inClauses = false, items = [] } = this.scope ?? {};
    const item = inClauses && !table ? items.find((each) => isNamed(each, name)) : null;
    if (item) return this.inClauses(false, () => paren(this.rewrite(item.alias?.this ?? item)));
    const element = head.startsWith('@') ? this.parameter(head.slice(1)) : this.element(head);
    if (element) return table ? field(element, name) : element;
    if (!table && element === undefined && this.#mayBeOfElement(name))
      refuse(`the bare name ${name} beside UNNEST: write ALIAS.${name}`);
    return { column: this.fields(fields) };
  }

  /** What an alias of UNNEST, or of its offset, stands for; null for a table's alias, undefined for other names. */
  element(name: string): Fields | null | undefined {
    for (let { scope } = this; scope; scope = scope.outer) {
      const unnest = scope.names.get(name.toLowerCase());
      if (unnest !== undefined) return unnest === null ? null : raw(`${quoted(unnest)}.${quoted(name)}`);
    }
    return undefined;
  }

  /** In a correlated subquery BigQuery finds a bare name in the element first, DuckDB in the query around it. */
  #mayBeOfElement(name: string): boolean {
    for (let { scope } = this; scope; scope = scope.outer)
      if (scope.unnests && scope.outer && !scope.items.some((item) => isNamed(item, name))) return true;
    return false;
  }

  table(fields: Fields, isTarget = false): Fields {
    const names = [fields.catalog, fields.schema, fields.name].filter((each) => each);
    this.#name(names[0] as Fields, 'alias');
    const path = names.flatMap((each) => nameOf(each).split('.'));
    const alias = nameOf(fields.alias) || (path.at(-1) ?? '');
    const [first = '', ...rest] = path;
    if (rest.length > 0 && this.scope?.names.has(first.toLowerCase()))
      refuse(`${path.join('.')} without UNNEST`);
    this.scope?.names.set(alias.toLowerCase(), null);
    if (rest.length === 0 && this.ctes.includes(first.toLowerCase())) return { table: this.fields(fields) };
    const relation = this.#resolve(path, isTarget);
    if ('table' in relation) {
      this.target = relation.target ?? this.target;
      const [catalog, schema, name] = relation.table.map(identifier);
      // A part of it goes by the table's name.
      const named = relation.table.at(-1) === path.at(-1) || fields.alias ? {} : { alias: identifier(alias) };
      return { table: { ...this.fields(fields), catalog, schema, name, ...named } };
    }
    for (const parameter of relation.parameters) this.used.add(parameter);
    return raw(`(${relation.sql}) AS ${quoted(alias)}`);
  }
}
