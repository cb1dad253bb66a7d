import { commandOn } from '../target/again.ts';
import type { Target } from '../target/target.ts';
import { similarTo } from '../terminal/similar.ts';
import { type KnownTable, knownTables } from './known-tables.ts';

/** BigQuery's words for a name that it does not find; a place in the text ("at [1:8]") may follow. */
const NO_COLUMN = /Unrecognized name: `?(\w+)`?|Name `?(\w+)`? not found inside/;
const NO_TABLE = /Not found: Table (?:[\w-]+[:.])?[\w-]+\.([\w-]+)|Table "(\w+)" must be qualified/;

/**
 * What was meant by a name that a query misspells, and where the names stand; '' where the message says nothing of that
 * kind. https://cloud.google.com/bigquery/docs/error-messages
 */
export function meantBy(message: string, sql: string, target: Target): string {
  const [, ...columns] = NO_COLUMN.exec(message) ?? [];
  const column = columns.find(Boolean);
  // BigQuery makes a guess too.
  if (column !== undefined && !/Did you mean/i.test(message)) return columnMeant(column, sql, target);
  const table = NO_TABLE.exec(message)?.slice(1).find(Boolean);
  return table === undefined ? '' : tableMeant(table, target);
}

function columnMeant(given: string, sql: string, target: Target): string {
  const known = knownTables();
  const named = known.filter(({ name }) => new RegExp(`\\b${name}\\b`, 'i').test(sql));
  const has = ({ columns }: KnownTable) => [...columns.keys()].some((name) => isSame(name, given));
  const among = [named, ...(known.some(has) ? [] : [known])].map(columnNamesOf);
  const meant = among.map((names) => endingIn(given, names) ?? similarTo(given, names)).find(Boolean);
  const where = named.map(({ name }) => `"${commandOn(target, `query --describe ${name}`)}"`);
  const lists =
    where.length === 0 ? '' : `${where.join(' and ')} ${where.length === 1 ? 'lists' : 'list'} the columns.`;
  return `${question(meant)}${lists}`.trim();
}

const isSame = (a: string, b: string) => a.toUpperCase() === b.toUpperCase();

const columnNamesOf = (tables: KnownTable[]) => tables.flatMap(({ columns }) => [...columns.keys()]);

/** `account_id` for `id`: the only one of `names` of which it is the last word. */
function endingIn(given: string, names: readonly string[]): string | undefined {
  const [name, ...more] = names.filter((each) => each.toUpperCase().endsWith(`_${given.toUpperCase()}`));
  return more.length === 0 ? name : undefined;
}

export function tableMeant(given: string, target: Target): string {
  const names = knownTables().map(({ name }) => name);
  return `${question(similarTo(given, names))}"${commandOn(target, 'query --tables')}" lists those there are.`;
}

const question = (meant: string | undefined) => (meant === undefined ? '' : `Did you mean ${meant}? `);
