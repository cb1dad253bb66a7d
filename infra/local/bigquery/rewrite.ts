/**
 * From the syntax tree of GoogleSQL to the one that DuckDB understands: construct by construct, see rules.ts.
 * Here is what needs to know where it stands: names, tables, views and parameters.
 */
import { Dialect, generate, parse } from '@polyglot-sql/sdk';
import { ApiError, refuse } from './errors.ts';
import { checkKnown, type Fields, isKind } from './grammar.ts';
import { RULES } from './rules.ts';
import { duckdbType, type Field, isRecord, jsonStructure, literal, quoted } from './types.ts';

/** What a table's name stands for: its three names in DuckDB, a view's GoogleSQL, or any text that can be selected from. */
export type Relation = { table: string[] } | { view: string } | { text: string };

/** The names that one FROM gives. */
export interface Scope {
  /** Lower-cased; for an element of UNNEST or its offset the alias of that UNNEST, for a table null. */
  names: Map<string, string | null>;
  /** Aliases of the select list, by place. */
  aliases: string[];
  unnests: boolean;
  outer: Scope | null;
}

export const identifier = (name: string): Fields => ({ name, quoted: true, trailing_comments: [] });
export const raw = (sql: string): Fields => ({ raw: { sql } });
export const call = (name: string, ...args: unknown[]): Fields => ({
  function: { name, args, distinct: false, trailing_comments: [], use_bracket_syntax: false, no_parens: false, quoted: false },
});

export function parseStatement(sql: string): Fields {
  const result = parse(sql, Dialect.BigQuery);
  if (!result.success) throw new ApiError('invalidQuery', `the local warehouse cannot read the query: ${result.error}`);
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
    if (value === null || typeof value !== 'object') return value;
    const [[kind, fields] = ['', null], ...others] = Object.entries(value);
    if (others.length === 0 && isKind(kind) && typeof fields === "object" && !Array.isArray(fields)) {
      checkKnown(kind, fields ?? {});
      return RULES[kind]?.(fields ?? {}, this) ?? { [kind]: fields && this.fields(fields) };
    }
    if ('name' in value && 'quoted' in value) return { ...value, quoted: true };
    checkKnown(place, value as Fields);
    return RULES[place]?.(value as Fields, this) ?? this.fields(value as Fields);
  }

  fields(fields: Fields): Fields {
    return Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, this.rewrite(value, field)]));
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
    const unnest = this.#lookUp(head.toLowerCase());
    if (unnest) {
      const element = { column: { ...fields, table: identifier(unnest), name: identifier(head) } };
      return table ? this.#field(element, name) : element;
    }
    if (!table && unnest === undefined && this.#mayBeElementField(name)) refuse(`the bare name ${name} beside UNNEST: write ALIAS.${name}`);
    return { column: this.fields(fields) };
  }

  #field = (of: Fields, name: string): Fields => ({ dot: { this: of, field: identifier(name) } });

  #lookUp(name: string): string | null | undefined {
    for (let scope = this.scope; scope; scope = scope.outer)
      if (scope.names.has(name)) return scope.names.get(name);
    return undefined;
  }

  /** In a correlated subquery BigQuery would find it in the element first, DuckDB in the query around it. */
  #mayBeElementField(name: string): boolean {
    for (let scope = this.scope; scope; scope = scope.outer)
      if (scope.unnests && scope.outer && !scope.aliases.includes(name)) return true;
    return false;
  }

  table(fields: Fields): Fields {
    const named = [fields.catalog, fields.schema, fields.name].flatMap((each) => (each ? [(each as { name: string }).name] : []));
    const path = named.flatMap((name) => name.split('.'));
    const alias = (fields.alias as { name: string } | null)?.name ?? path.at(-1) ?? '';
    const isCte = path.length === 1 && this.ctes.includes(alias && (path[0] ?? '').toLowerCase());
    this.scope?.names.set(alias.toLowerCase(), null);
    if (isCte) return { table: this.fields(fields) };
    const relation = this.#resolve(path);
    if ('table' in relation) {
      const [catalog = '', schema = '', name = ''] = relation.table.map(identifier);
      return { table: { ...this.fields(fields), catalog, schema, name } };
    }
    const text = 'text' in relation ? relation.text : this.#view(relation.view);
    return raw(`(${text}) AS ${quoted(alias)}`);
  }

  #view(sql: string): string {
    const view = new Rewriter(this.#resolve, new Map());
    const text = generateText(view.rewrite(parseStatement(sql)) as Fields);
    if (view.used.has('')) this.used.add('');
    return text;
  }
}
