import { readdirSync, readFileSync } from 'node:fs';
import type { BigQuery, Dataset, Table, TableField, TableMetadata } from '@google-cloud/bigquery';

const SOURCES = `${import.meta.dirname}/../../bigquery`;
/** In the views' files, as for Terraform's templatefile(). */
const DATASET = '$' + '{dataset}';

/**
 * Creates the dataset, the tables of infra/bigquery/tables and the views of infra/bigquery/views, and brings those
 * that exist up to date: columns are added, never dropped; a view is replaced. Doing it again changes nothing.
 */
export async function provision(bigquery: BigQuery, dataset: string): Promise<void> {
  const target = bigquery.dataset(dataset);
  await target.create().catch(ignore(409));
  const tables = sources('tables', '.json').map(({ name, text }) => {
    const { schema, clustering, ...metadata } = JSON.parse(text);
    const clustered = clustering && { clustering: { fields: clustering } };
    return provisionTable(target, name, { ...metadata, ...clustered, schema: { fields: schema } });
  });
  await Promise.all(tables);
  const qualified = `\`${bigquery.projectId}.${dataset}\``;
  for (const { name, text } of inOrder(sources('views', '.sql')))
    await provisionView(target, name, text.replaceAll(DATASET, qualified));
}

interface Source {
  name: string;
  text: string;
}

function sources(folder: string, ending: string): Source[] {
  const files = readdirSync(`${SOURCES}/${folder}`).filter((file) => file.endsWith(ending));
  return files.map((file) => ({
    name: file.slice(0, -ending.length),
    text: readFileSync(`${SOURCES}/${folder}/${file}`, 'utf8'),
  }));
}

/** Each view after those that it reads from. */
function inOrder(views: Source[]): Source[] {
  if (views.length === 0) return [];
  const reads = ({ text }: Source, { name }: Source) => text.match(/\}\.\w+/g)?.includes(`}.${name}`);
  const ready = views.filter((view) => !views.some((other) => reads(view, other)));
  if (ready.length === 0) throw new Error(`views read from each other: ${views.map(({ name }) => name)}`);
  return [...ready, ...inOrder(views.filter((view) => !ready.includes(view)))];
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

async function provisionView(dataset: Dataset, name: string, query: string): Promise<void> {
  const table = dataset.table(name);
  const { description, columns } = descriptions(query);
  const existing = await metadataOf(table);
  if (existing?.view?.query === query && existing.description === description) return;
  const wanted = { description, view: { query, useLegacySql: false } };
  if (existing) await table.setMetadata(wanted);
  else await dataset.createTable(name, wanted);
  const fields = (await metadataOf(table))?.schema?.fields ?? [];
  const described = fields.map((field) => ({ ...field, description: columns.get(field.name ?? '') ?? '' }));
  await table.setMetadata({ schema: { fields: described } });
}

/** A view's file opens with what a row is, an empty comment line, and a line `-- column: description` per column. */
function descriptions(query: string): { description: string; columns: Map<string, string> } {
  const opening = /^(--.*\n)*/.exec(query)?.[0] ?? '';
  const lines = opening.split('\n').map((line) => line.replace(/^-- ?/, ''));
  const columns = lines.map((line) => /^(\w+): (.*)$/.exec(line)).filter((match) => match !== null);
  return {
    description: lines.slice(0, lines.indexOf('')).join(' '),
    columns: new Map(columns.map(([, column = '', text = '']) => [column, text])),
  };
}

async function metadataOf(table: Table): Promise<TableMetadata | undefined> {
  const found = await table.getMetadata().catch(ignore(404));
  return found?.[0];
}

const ignore = (code: number) => (error: { code?: unknown }) => {
  if (error.code !== code) throw error;
  return undefined;
};
