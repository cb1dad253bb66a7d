import { ApiError } from './errors.ts';
import type { Fields } from './grammar.ts';
import { generateText, parseStatement, type Relation, Rewriter } from './rewrite.ts';
import type { Field } from './types.ts';

export interface Translated {
  /** For DuckDB, with the parameters $p_NAME (and $p_, the time of the query). */
  sql: string;
  parameters: string[];
  statement: 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE' | 'MERGE';
}

const QUERIES = ['select', 'union', 'intersect', 'except', 'subquery'];
const CHANGES = ['insert', 'update', 'delete', 'merge'];

/** GoogleSQL to DuckDB's SQL. Throws ApiError: invalidQuery for what is not translated, notFound for an unknown table. */
export function translate(
  sql: string,
  resolve: (path: string[]) => Relation,
  parameters: ReadonlyMap<string, Field>,
): Translated {
  // INTO is optional in GoogleSQL, and polyglot needs it.
  const tree = parseStatement(sql.replace(/^(\s*INSERT)\s+(?!INTO\b)/i, '$1 INTO '));
  const [kind = ''] = Object.keys(tree);
  const statement = QUERIES.includes(kind)
    ? 'SELECT'
    : CHANGES.includes(kind)
      ? kind.toUpperCase()
      : undefined;
  if (!statement)
    throw new ApiError('invalidQuery', `the local warehouse does not translate ${kind.toUpperCase()}`);
  const rewriter = new Rewriter(resolve, parameters);
  if (statement !== 'SELECT')
    rewriter.scope = { names: new Map(), items: [], unnests: false, inClauses: false, outer: null };
  const text = generateText(rewriter.rewrite(tree) as Fields);
  return { sql: text, parameters: [...rewriter.used], statement: statement as Translated['statement'] };
}
