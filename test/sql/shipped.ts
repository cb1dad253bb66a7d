import { readdirSync, readFileSync } from 'node:fs';
import type { Field } from './values.ts';
import type { Query, Row, ZetaSql } from './zetasql.ts';

const BIGQUERY = `${import.meta.dirname}/../../infra/bigquery`;

export type Tables = Query['tables'];

export function shippedTables(): Tables {
  return filesOf('tables', '.json').map(({ name, text }) => ({
    name,
    schema: (JSON.parse(text) as { schema: Field[] }).schema,
  }));
}

export interface View {
  name: string;
  sql: string;
}

/** The views with unqualified names, each after those that it reads from. */
export function shippedViews(): View[] {
  const waiting = filesOf('views', '.sql').map(({ name, text }) => ({ name, text }));
  const views: View[] = [];
  while (waiting.length > 0) {
    const ready = waiting.findIndex(({ text }) =>
      waiting.every((other) => !new RegExp(`{dataset}\\.${other.name}\\b`).test(text)),
    );
    const [next] = waiting.splice(ready, 1);
    if (ready === -1 || next === undefined) throw new Error('views that read from each other');
    views.push({ name: next.name, sql: next.text.replaceAll(/\$\{dataset\}\./g, '') });
  }
  return views;
}

function filesOf(folder: string, ending: string): { name: string; text: string }[] {
  return readdirSync(`${BIGQUERY}/${folder}`)
    .filter((file) => file.endsWith(ending))
    .sort()
    .map((file) => ({
      name: file.slice(0, -ending.length),
      text: readFileSync(`${BIGQUERY}/${folder}/${file}`, 'utf8'),
    }));
}

/** Tables and views as a catalog, the views' columns as the analyzer finds them. Throws what it objects to. */
export async function catalogOf(zetasql: ZetaSql): Promise<Tables> {
  const tables = shippedTables();
  for (const { name, sql } of shippedViews())
    tables.push({ name, schema: await zetasql.analyze({ sql, tables }) });
  return tables;
}

/** All rows of all views over these tables, by the reference evaluator. */
export async function evaluateViews(
  zetasql: ZetaSql,
  catalog: Tables,
  contents: Record<string, Row[]>,
): Promise<Record<string, Row[]>> {
  const all = { ...contents };
  for (const { name, sql } of shippedViews()) {
    const tables = catalog.filter(
      (table) => new RegExp(`\\b${table.name}\\b`).test(sql) && table.name !== name,
    );
    all[name] = await zetasql.evaluate({ sql, tables }, all);
  }
  return all;
}
