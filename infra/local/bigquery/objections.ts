import { signatureError } from './comparisons.ts';
import { MAY_KNOW } from './errors.ts';

const unrecognized = (name: string) => `Unrecognized name: ${name}`;

/** What DuckDB says of names and arguments, and what BigQuery says: https://cloud.google.com/bigquery/docs/error-messages */
const WORDS: [duckdb: RegExp, bigquery: (one: string, other: string) => string][] = [
  [/^Referenced column "([^"]+)" (?:was )?not found/, unrecognized],
  [/^Column "([^"]+)" referenced that exists in the SELECT clause/, unrecognized],
  [/^Alias with name "([^"]+)" exists, but aliases cannot be used/, unrecognized],
  [
    /^(?:Values list|Table) "([^"]+)" does not have a column named "([^"]+)"/,
    (table, column) => `Name ${column} not found inside ${table}`,
  ],
  [
    /^Can only merge into base tables!/,
    () =>
      'the local warehouse does not translate MERGE into a view, or a table with very many records in lists',
  ],
  [
    /^Macro bq_(\w+)\(\) does not support the supplied arguments/,
    (name) =>
      `the local warehouse does not translate these arguments of the function ${name.toUpperCase()}${MAY_KNOW}`,
  ],
];

/** What DuckDB objects to in a query, in the words of BigQuery as far as they are known. */
export function objection(said: string): string {
  const message = said.replace(/^(Invalid Input|Conversion|Out of Range|Binder|Constraint) Error: /, '');
  for (const [pattern, words] of WORDS) {
    const [found, one = '', other = ''] = pattern.exec(message) ?? [];
    if (found !== undefined) return words(one, other);
  }
  // A macro's own refusal.
  if (message.startsWith('the local warehouse does not translate')) return `${message}${MAY_KNOW}`;
  // Of the line that follows nobody has written anything: it is the translation.
  return signatureError(message) ?? message.replace(/\n+LINE \d+:[\s\S]*$/, '');
}
