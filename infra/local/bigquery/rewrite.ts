/**
 * From the syntax tree of GoogleSQL to the one that DuckDB understands: construct by construct, see rules.ts.
 * Here is what needs to know where it stands: names, tables, views and parameters.
 */
import { Dialect, generate, parse } from '@polyglot-sql/sdk';
import { ApiError, refuse } from './errors.ts';
import { FUNCTIONS, macroName } from './functions.ts';
import { checkKnown, type Fields, GRAMMAR } from './grammar.ts';
import { columnName } from './queries.ts';
import { RULES } from './rules.ts';
import type { Translated } from './translate.ts';
import { duckdbType, type Field, isRecord, jsonStructure, literal, quoted } from './types.ts';

/** What a table's name stands for: its three names in DuckDB, or a view's translation. */
export type Relation = { table: string[] } | Translated;

/** The names that one FROM gives. */
export interface Scope {
  /** Lower-cased; for an element of UNNEST or its offset the alias of that UNNEST, for a table null. */
  names: Map<string, string | null>;
  /** The select list. */
  items: Record<string, Fields>[];
  unnests: boolean;
  /** In HAVING, QUALIFY and ORDER BY a name means the select item of that name, and a column only if there is none. */
  inClauses: boolean;
  outer: Scope | null;
}

export const nameOf = (identifier: unknown) =>
  (identifier as { name?: string } | null | undefined)?.name ?? '';
export const identifier = (name: string): Fields => ({ name, quoted: true, trailing_comments: [] });
export const raw = (sql: string): Fields => ({ raw: { sql } });
export const call = (name: string, ...args: unknown[]): Fields => ({
  function: {
    name,
    args,
    distinct: false,
    trailing_comments: [],
    use_bracket_syntax: false,
    no_parens: false,
    quoted: false,
  },
});

export const binary = (kind: string, left: unknown, right: unknown): Fields => ({
  [kind]: { left, right, left_comments: [], operator_comments: [], trailing_comments: [] },
});

/** A call of one of our functions; refused by name where it is not on the list. */
export const known = (name: string, args: unknown[]): Fields =>
  FUNCTIONS.has(name) ? call(macroName(name), ...args) : refuse(`the function ${name.replace(/^_/, '')}`);

export function parseStatement(sql: string): Fields {
  const result = parse(sql, Dialect.BigQuery);
  if (!result.success)
    throw new ApiError('invalidQuery', `the local warehouse cannot read the query: ${result.error}`);
  return result.ast.length === 1 ? (result.ast[0] as Fields) : refuse('scripts of several statements');
}

export function generateText(tree: Fields): string {
  const result = generate([tree], Dialect.DuckDB);
  return result.success && result.sql?.[0] ? result.sql[0] : refuse(`this query: ${result.error}`);
}

export class Rewriter {
  /** Parameters (DuckDB's $p_name) that the text uses, lower-cased. */
  readonly used = new Set<string>();
  scope: Scope | null = null;
  readonly ctes: string[] = [];
  readonly #resolve: (path: string[]) => Relation;
  readonly #parameters: ReadonlyMap<string, Field>;

  constructor(resolve: (path: string[]) => Relation, parameters: ReadonlyMap<string, Field>) {
    this.#resolve = resolve;
    this.#parameters = parameters;
  }

  /** A construct, a record, a list of them, or a plain value; `place` is the field that it stands in. */
  rewrite(value: unknown, place = ''): unknown {
    if (Array.isArray(value)) return value.map((each) => this.rewrite(each, place));
    if (value === null || value === undefined || typeof value !== 'object') return value ?? null;
    if ('name' in value && 'quoted' in value) return { ...value, quoted: true };
    const [[kind, fields] = ['', null], ...others] = Object.entries(value as Record<string, Fields | null>);
    const isConstruct =
      others.length === 0 && GRAMMAR.has(kind) && typeof fields === 'object' && !Array.isArray(fields);
    if (!isConstruct) {
      checkKnown(GRAMMAR.has(place) ? place : kind, value as Fields);
      if (place === 'table') return this.table(value as Fields).table ?? refuse('changes through a view');
      return RULES[place]?.(value as Fields, this) ?? this.fields(value as Fields);
    }
    const { calls, fields: names } = checkKnown(kind, fields ?? {});
    if (calls && fields)
      return known(
        calls,
        names.flatMap((each) => (fields[each] ? [this.rewrite(fields[each])] : [])),
      );
    return RULES[kind]?.(fields ?? {}, this) ?? { [kind]: fields && this.fields(fields) };
  }

  fields(fields: Fields): Fields {
    return Object.fromEntries(
      Object.entries(fields).map(([field, value]) => [
        field,
        field === 'span' ? value : this.rewrite(value, field),
      ]),
    );
  }

  list(value: unknown): unknown[] {
    return ((value ?? []) as unknown[]).map((each) => this.rewrite(each));
  }

  /** Rewrites a query; in FROM it sees the names around its SELECT only, elsewhere those of its own too. */
  within<T>(scope: Scope | null, work: () => T): T {
    const [before, ctes] = [this.scope, this.ctes.length];
    this.scope = scope;
    const done = work();
    this.scope = before;
    this.ctes.length = ctes;
    return done;
  }

  parameter(name: string): Fields {
    const field = this.#parameters.get(name.toLowerCase());
    if (!field) throw new ApiError('invalidQuery', `Query parameter '${name}' not found`);
    this.used.add(name.toLowerCase());
    const nested = isRecord(field) || field.mode === 'REPEATED';
    const text = `$p_${name.toLowerCase()}`;
    const value = nested ? `from_json(${text}, ${literal(JSON.stringify(jsonStructure(field)))})` : text;
    return raw(`CAST(${value} AS ${duckdbType(field)})`);
  }

  /** The time of the query, which is the clock's. */
  now(): Fields {
    this.used.add('');
    return raw('CAST($p_ AS TIMESTAMPTZ)');
  }

  /** `table` is '' for a bare name. */
  column(table: string, name: string, fields: Fields): Fields {
    const head = table || name;
    if (head.startsWith('@')) {
      if (head.startsWith('@@')) refuse(head);
      return table ? this.#field(this.parameter(head.slice(1)), name) : this.parameter(head.slice(1));
    }
    const item =
      table || !this.scope?.inClauses
        ? undefined
        : this.scope.items.find((each) => columnName(each) === name);
    if (item) return this.#aliased(item);
    const element = this.element(head);
    if (element) return table ? this.#field(element, name) : element;
    if (!table && element === undefined && this.#mayBeElementField(name))
      refuse(`the bare name ${name} beside UNNEST: write ALIAS.${name}`);
    return { column: this.fields(fields) };
  }

  #aliased(item: Record<string, Fields>): Fields {
    const { scope } = this;
    if (scope) scope.inClauses = false;
    const expression = this.rewrite(item.alias?.this ?? item);
    if (scope) scope.inClauses = true;
    return { paren: { this: expression, trailing_comments: [] } };
  }

  #field = (of: Fields, name: string): Fields => ({ dot: { this: of, field: identifier(name) } });

  /** What an alias of UNNEST (or of its offset) stands for; null for a table's, undefined for any other name. */
  element(name: string): Fields | null | undefined {
    for (let scope = this.scope; scope; scope = scope.outer) {
      const unnest = scope.names.get(name.toLowerCase());
      if (unnest === undefined) continue;
      return unnest === null ? null : raw(`${quoted(unnest)}.${quoted(name)}`);
    }
    return undefined;
  }

  /** In a correlated subquery BigQuery would find it in the element first, DuckDB in the query around it. */
  #mayBeElementField(name: string): boolean {
    for (let scope = this.scope; scope; scope = scope.outer)
      if (scope.unnests && scope.outer && !scope.items.some((item) => columnName(item) === name)) return true;
    return false;
  }

  table(fields: Fields): Fields {
    const path = [fields.catalog, fields.schema, fields.name].flatMap((each) =>
      each ? nameOf(each).split('.') : [],
    );
    const alias = nameOf(fields.alias) || (path.at(-1) ?? '');
    const isCte = path.length === 1 && this.ctes.includes((path[0] ?? '').toLowerCase());
    this.scope?.names.set(alias.toLowerCase(), null);
    if (isCte) return { table: this.fields(fields) };
    const relation = this.#resolve(path);
    if ('table' in relation) {
      const [catalog, schema, name] = relation.table.map(identifier);
      return { table: { ...this.fields(fields), catalog, schema, name } };
    }
    for (const parameter of relation.parameters) this.used.add(parameter);
    return raw(`(${relation.sql}) AS ${quoted(alias)}`);
  }
}
