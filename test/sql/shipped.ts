import { sqlIn, tableFiles, viewFiles } from '../../infra/bigquery/files.ts';
import type { Field } from './values.ts';
import type { Query, Row, ZetaSql } from './zetasql.ts';

export type Tables = Query['tables'];

export const shippedTables = (): Tables =>
  tableFiles().map(({ name, schema }) => ({ name, schema: schema as Field[] }));

/** The views with unqualified names, each after those that it reads from. */
export const shippedViews = (): { name: string; sql: string }[] =>
  viewFiles().map((view) => ({ name: view.name, sql: sqlIn('DATASET', view).replaceAll('DATASET.', '') }));

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
