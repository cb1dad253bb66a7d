import { Dialect, generate, parse } from '@polyglot-sql/sdk';
import { ApiError, refuse } from './errors.ts';
import type { Fields } from './grammar.ts';
import type { Parameter } from './parameters.ts';
import { Rewriter, Scope } from './rewrite.ts';

/** What a table's name stands for: its three names in DuckDB, or a view's translation. */
export type Relation = { table: string[] } | Translated;

export interface Translated {
  /** For DuckDB, with the parameters $p_NAME. */
  sql: string;
  /** Their names; '' is the time of the query. */
  parameters: string[];
  statement: string;
}

const QUERIES = ['select', 'union', 'intersect', 'except', 'subquery'];
const CHANGES = ['insert', 'update', 'delete', 'merge'];

/** GoogleSQL to DuckDB's SQL. Throws ApiError: invalidQuery for what is not translated, notFound for a table. */
export function translate(
  sql: string,
  resolve: (path: string[]) => Relation,
  parameters: ReadonlyMap<string, Parameter>,
): Translated {
  // INTO is optional in GoogleSQL, and polyglot needs it.
  const parsed = parse(sql.replace(/^(\s*INSERT)\s+(?!INTO\b)/i, '$1 INTO '), Dialect.BigQuery);
  if (!parsed.success)
    throw new ApiError('invalidQuery', `the local warehouse does not understand this: ${parsed.error}`);
  if (parsed.ast.length !== 1) refuse('scripts of several statements');
  const [kind = ''] = Object.keys(parsed.ast[0] ?? {});
  if (![...QUERIES, ...CHANGES].includes(kind)) refuse(kind.toUpperCase());
  const rewriter = new Rewriter(resolve, parameters);
  if (CHANGES.includes(kind)) rewriter.scope = new Scope([], null);
  const generated = generate([rewriter.rewrite(parsed.ast[0]) as Fields], Dialect.DuckDB);
  const statement = QUERIES.includes(kind) ? 'SELECT' : kind.toUpperCase();
  return {
    sql: generated.sql?.[0] ?? refuse(String(generated.error)),
    parameters: [...rewriter.used],
    statement,
  };
}
