/**
 * INFORMATION_SCHEMA, of a dataset: of the views that analysts ask first the columns that say something here.
 * https://cloud.google.com/bigquery/docs/information-schema-intro
 */
import { refuse } from './errors.ts';
import type { Resource } from './store.ts';
import { duckdbType, type Field, isRecord, jsonStructure, literal, standardName } from './types.ts';

const fieldsOf = (columns: string): Field[] =>
  columns.split(', ').map((column) => {
    const [name = '', type = 'STRING'] = column.split(' ');
    return { name, type };
  });
const TABLE = 'table_catalog, table_schema, table_name';

/** The columns of each view. */
export const INFORMATION: Record<string, Field[]> = {
  TABLES: fieldsOf(`${TABLE}, table_type, is_insertable_into, is_typed, creation_time TIMESTAMP`),
  COLUMNS: fieldsOf(
    `${TABLE}, column_name, ordinal_position INT64, is_nullable, data_type, is_partitioning_column, clustering_ordinal_position INT64`,
  ),
  VIEWS: fieldsOf(`${TABLE}, view_definition, check_option, use_standard_sql`),
};

const yes = (is: unknown) => (is ? 'YES' : 'NO');

const ROWS: Record<string, (table: Resource) => object[]> = {
  TABLES: ({ view, creationTime }) => [
    {
      table_type: view ? 'VIEW' : 'BASE TABLE',
      is_insertable_into: yes(!view),
      is_typed: 'NO',
      creation_time: new Date(Number(creationTime)).toISOString(),
    },
  ],
  COLUMNS: ({ schema, timePartitioning, clustering }) =>
    (schema?.fields ?? []).map((field, at) => {
      const { field: partition } = (timePartitioning ?? {}) as { field?: string };
      const { fields = [] } = (clustering ?? {}) as { fields?: string[] };
      return {
        ...{ column_name: field.name, ordinal_position: at + 1, data_type: typeText(field) },
        is_nullable: yes((field.mode ?? 'NULLABLE') === 'NULLABLE'),
        is_partitioning_column: yes(field.name === partition),
        clustering_ordinal_position: fields.indexOf(field.name) + 1 || null,
      };
    }),
  VIEWS: ({ view }) => (view ? [{ view_definition: view.query, use_standard_sql: 'YES' }] : []),
};

/** The view of that name over a dataset's tables, as a query of DuckDB's. */
export function informationOf(view: string, project: string, dataset: string, tables: Resource[]): string {
  const [name, fields = []] =
    Object.entries(INFORMATION).find(([each]) => each === view.toUpperCase()) ??
    refuse(`INFORMATION_SCHEMA.${view}`);
  const rows = tables.flatMap((table) =>
    (ROWS[name]?.(table) ?? []).map((row) => ({
      ...{ table_catalog: project, table_schema: dataset, table_name: table.tableReference?.tableId, ...row },
    })),
  );
  const record: Field = { name: '', type: 'RECORD', mode: 'REPEATED', fields };
  const json = `from_json(${literal(JSON.stringify(rows))}, ${literal(JSON.stringify(jsonStructure(record)))})`;
  return `SELECT unnest(r) FROM (SELECT unnest(CAST(${json} AS ${duckdbType(record)})) AS r)`;
}

/** As GoogleSQL writes it: ARRAY<STRUCT<id STRING>>. */
function typeText(field: Field): string {
  if (field.mode === 'REPEATED') return `ARRAY<${typeText({ ...field, mode: 'NULLABLE' })}>`;
  const members = () => (field.fields ?? []).map((member) => `${member.name} ${typeText(member)}`).join(', ');
  return isRecord(field) ? `STRUCT<${members()}>` : standardName(field.type);
}
