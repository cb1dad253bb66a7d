import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { ApiError, MAY_KNOW, refuse } from './errors.ts';
import type { Fields } from './grammar.ts';
import type { Parameter } from './parameters.ts';
import { type Resolve, Rewriter } from './rewrite.ts';
import { RULES } from './rules.ts';
import { Scope } from './scope.ts';

// 22 MB of WebAssembly that work for milliseconds: optimising them would keep both cores busy for seconds, also at the
// end, since a process waits for its compiler. https://v8.dev/docs/wasm-compilation-pipeline
for (const flag of ['--no-wasm-tier-up', '--no-wasm-dynamic-tiering', '--wasm-lazy-validation'])
  setFlagsFromString(flag);

/** As CommonJS it loads in half the time of its ES module, and while the database opens. */
const polyglot: typeof import('@polyglot-sql/sdk') = createRequire(import.meta.url)('@polyglot-sql/sdk');

/** To be awaited before the first translation. */
export const loadTranslator = () => polyglot.init();

export interface Translated {
  /** For DuckDB, with the parameters $p_NAME. */
  sql: string;
  /** The same, to be bound and not to be run: DuckDB then objects to what BigQuery does not compare. */
  checks: string;
  /** Their names; '' is the time of the query. */
  parameters: string[];
  statement: string;
  /** The table whose rows are changed; null where none are. */
  target: string[] | null;
}

/** Comments, names in backticks, and string literals (with their prefix and without). */
const LEXEMES =
  /(?:--|#).*|\/\*[\s\S]*?\*\/|`[^`]*`|((?<!\w)(?:rb?|br?))?('''(?:\\[\s\S]|[^\\])*?'''|"""(?:\\[\s\S]|[^\\])*?"""|'(?:\\[\s\S]|[^\\'])*'|"(?:\\[\s\S]|[^\\"])*")/gi;

/** Escapes that polyglot leaves as they stand, or takes for those of other databases. */
function refuseUnknownEscapes(sql: string): void {
  for (const [, prefix, text = ''] of sql.matchAll(LEXEMES))
    for (const [written] of /r/i.test(prefix ?? '') ? [] : text.matchAll(/\\(x[0-9a-f]{2}|[\s\S])/gi))
      if (!/^\\([abfnrtv\\"']|x..)$/.test(written)) refuse(`the escape ${written} in a string`);
}

const QUERIES = ['select', 'union', 'intersect', 'except', 'subquery'];
const CHANGES = ['insert', 'update', 'delete', 'merge'];

/**
 * GoogleSQL to DuckDB's SQL: what passes means the same. It is no validator: DuckDB takes what BigQuery refuses, such
 * as '1' = 1, several source rows for one in UPDATE and MERGE, or table names in any case. Throws ApiError:
 * invalidQuery for what is not translated, notFound for a table.
 */
export function translate(
  sql: string,
  resolve: Resolve,
  parameters: ReadonlyMap<string, Parameter>,
): Translated {
  refuseUnknownEscapes(sql);
  // INTO is optional in GoogleSQL, and polyglot needs it.
  const parsed = polyglot.parse(
    sql.replace(/^(\s*INSERT)\s+(?!INTO\b)/i, '$1 INTO '),
    polyglot.Dialect.BigQuery,
  );
  if (!parsed.success)
    throw new ApiError(
      'invalidQuery',
      `the local warehouse does not understand this${MAY_KNOW}: ${parsed.error}`,
    );
  if (parsed.ast.length !== 1) refuse('scripts of several statements');
  const [kind = ''] = Object.keys(parsed.ast[0] ?? {});
  if (![...QUERIES, ...CHANGES].includes(kind)) refuse(kind.toUpperCase());
  const generate = (checks: boolean) => {
    const rewriter = new Rewriter(RULES, resolve, parameters, checks);
    if (CHANGES.includes(kind)) rewriter.scope = new Scope([], null);
    const generated = polyglot.generate([rewriter.rewrite(parsed.ast[0]) as Fields], polyglot.Dialect.DuckDB);
    const { target, used } = rewriter;
    return { sql: generated.sql?.[0] ?? refuse(String(generated.error)), parameters: [...used], target };
  };
  const statement = QUERIES.includes(kind) ? 'SELECT' : kind.toUpperCase();
  return { ...generate(false), checks: generate(true).sql, statement };
}
