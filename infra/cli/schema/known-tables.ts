import type { TableField } from '@google-cloud/bigquery';
import { tableFiles, viewFiles } from '../../bigquery/files.ts';

/** A view or a table, as the files have it that a dataset is provisioned from. */
export interface KnownTable {
  name: string;
  kind: 'view' | 'table';
  /** What a row is. */
  description: string;
  /** What each column holds; inside of a record `friends.id`. */
  columns: Map<string, string>;
}

/** The views first: they are what to ask. */
export const knownTables = (): KnownTable[] => [
  ...viewFiles()
    .map(({ name, description, columns }) => ({ name, kind: 'view' as const, description, columns }))
    .sort((a, b) => a.name.localeCompare(b.name)),
  ...tableFiles().map(({ name, description, schema }) => {
    const columns = columnsOf(schema).map(({ path, field }) => [path, field.description ?? ''] as const);
    return { name, kind: 'table' as const, description, columns: new Map(columns) };
  }),
];

/** Columns, each followed by those inside of it. */
export const columnsOf = (fields: TableField[], prefix = ''): { path: string; field: TableField }[] =>
  fields.flatMap((field) => {
    const path = `${prefix}${field.name}`;
    return [{ path, field }, ...columnsOf(field.fields ?? [], `${path}.`)];
  });
