import type { TableField, TableMetadata } from '@google-cloud/bigquery';
import { withDeadline } from '../../../shared/deadline.ts';
import { warehouseOf } from '../target/query.ts';
import type { Target } from '../target/target.ts';
import { Failure } from '../terminal/errors.ts';
import { columnsOf, knownTables } from './known-tables.ts';
import { tableMeant } from './meant.ts';

/** A column for analysts; `type` in the words of GoogleSQL, of a record without what is in it. */
export type DescribedColumn = Record<'column' | 'type' | 'description', string>;

/** What is there now; described by the files, and where these do not know it, by itself. Throws Failure where nothing is. */
export async function describedTable(
  target: Target,
  name: string,
): Promise<{ description: string; columns: DescribedColumn[] }> {
  const { description = '', schema } = await metadataOf(target, name);
  const known = knownTables().find((table) => table.name === name);
  const columns = columnsOf(schema?.fields ?? []).map(({ path, field }) => ({
    column: path,
    type: typeOf(field),
    description: known?.columns.get(path) ?? field.description ?? '',
  }));
  return { description: known?.description ?? description, columns };
}

async function metadataOf(target: Target, name: string): Promise<TableMetadata> {
  const { bigquery, clock, config } = target;
  const table = bigquery.dataset(config.BIGQUERY_DATASET).table(name);
  const asked = withDeadline(clock, warehouseOf(target).deadlineMs, 'BigQuery', () => table.getMetadata());
  const [metadata] = await asked.catch((error: Error & { code?: unknown }) => {
    if (error.code === 404)
      throw new Failure(`there is no table or view "${name}". ${tableMeant(name, target)}`);
    throw new Failure(`"${name}" cannot be described: ${error.message}`);
  });
  return metadata;
}

/** What GoogleSQL calls the types that the REST API names otherwise. */
const NAMES: Record<string, string> = {
  INTEGER: 'INT64',
  FLOAT: 'FLOAT64',
  BOOLEAN: 'BOOL',
  RECORD: 'STRUCT',
};

function typeOf({ type = '', mode }: TableField): string {
  const name = NAMES[type] ?? type;
  return mode === 'REPEATED' ? `ARRAY<${name}>` : name;
}
