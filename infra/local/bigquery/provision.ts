import type { BigQuery, Dataset, Table, TableField, TableMetadata } from '@google-cloud/bigquery';
import { datasetInSql, sqlIn, tableFiles, type ViewFile, viewFiles } from '../../bigquery/files.ts';

/**
 * Creates the dataset, the tables of infra/bigquery/tables and the views of infra/bigquery/views, and brings those
 * that exist up to date: columns are added, never dropped; a view is replaced. Doing it again changes nothing.
 */
export async function provision(bigquery: BigQuery, dataset: string): Promise<void> {
  const target = bigquery.dataset(dataset);
  // Asked for first: goccy's emulator answers 500 where it is made again.
  const [isThere] = await target.exists();
  if (!isThere) await target.create().catch(ignore(409));
  const tables = tableFiles().map(({ name, schema, clustering, ...metadata }) => {
    const clustered = clustering && { clustering: { fields: clustering } };
    return provisionTable(target, name, { ...metadata, ...clustered, schema: { fields: schema } });
  });
  await Promise.all(tables);
  const inSql = datasetInSql(bigquery.projectId, dataset);
  for (const view of viewFiles()) await provisionView(target, view, sqlIn(inSql, view));
}

async function provisionTable(dataset: Dataset, name: string, wanted: TableMetadata): Promise<void> {
  const existing = await metadataOf(dataset.table(name));
  if (!existing) return void (await dataset.createTable(name, wanted));
  const { description = '' } = wanted;
  const now = existing.schema?.fields ?? [];
  const fields = merged(now, wanted.schema?.fields ?? []);
  if (JSON.stringify(fields) === JSON.stringify(now) && existing.description === description) return;
  await dataset.table(name).setMetadata({ description, schema: { fields } });
}

/** What is there, described anew, and after it what is not there yet. */
function merged(existing: TableField[], wanted: TableField[]): TableField[] {
  const kept = existing.map((field): TableField => {
    const now = wanted.find(({ name }) => name === field.name) ?? field;
    const fields = field.fields && { fields: merged(field.fields, now.fields ?? []) };
    return { ...field, ...now, ...fields };
  });
  return [...kept, ...wanted.filter(({ name }) => !existing.some((field) => field.name === name))];
}

async function provisionView(dataset: Dataset, view: ViewFile, query: string): Promise<void> {
  const { name, description, columns } = view;
  const table = dataset.table(name);
  const existing = await metadataOf(table);
  if (existing?.view?.query === query && existing.description === description) return;
  const wanted = { description, view: { query, useLegacySql: false } };
  if (existing) await table.setMetadata(wanted);
  else await dataset.createTable(name, wanted);
  const fields = (await metadataOf(table))?.schema?.fields ?? [];
  const described = fields.map((field) => ({ ...field, description: columns.get(field.name ?? '') ?? '' }));
  await table.setMetadata({ schema: { fields: described } });
}

async function metadataOf(table: Table): Promise<TableMetadata | undefined> {
  const found = await table.getMetadata().catch(ignore(404));
  return found?.[0];
}

const ignore = (code: number) => (error: { code?: unknown }) => {
  if (error.code !== code) throw error;
  return undefined;
};
