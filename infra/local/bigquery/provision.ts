import { readdirSync, readFileSync } from 'node:fs';
import type { BigQuery, Dataset, Table, TableField, TableMetadata } from '@google-cloud/bigquery';

const SOURCES = `${import.meta.dirname}/../../bigquery`;

/**
 * Creates the dataset, the tables of infra/bigquery/tables and the views of infra/bigquery/views, and brings those
 * that exist up to date: columns are added, never dropped; a view is replaced. Doing it again changes nothing.
 */
export async function provision(bigquery: BigQuery, dataset: string): Promise<void> {
  const target = bigquery.dataset(dataset);
  await target.create().catch(ignore(409));
  await Promise.all(
    sources('tables', '.json').map(({ name, text }) => {
      const { schema, clustering, ...rest } = JSON.parse(text);
      const metadata = {
        ...rest,
        schema: { fields: schema },
        ...(clustering && { clustering: { fields: clustering } }),
      };
      return provisionTable(target, name, metadata);
    }),
  );
  // As Terraform's templatefile() does: `${dataset}.NAME` becomes `project.dataset`.NAME.
  const qualified = `\`${bigquery.projectId}.${dataset}\``;
  for (const { name, text } of inOrder(sources('views', '.sql')))
    await provisionView(target, name, text.replaceAll('${dataset}', qualified));
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
function inOrder(views: Source[], done: Source[] = []): Source[] {
  const waiting = views.filter((view) => !done.includes(view));
  const reads = ({ text }: Source, { name }: Source) =>
    new RegExp(`\\$\\{dataset\\}\\.${name}\\b`).test(text);
  const ready = waiting.filter((view) => !waiting.some((other) => reads(view, other)));
  if (ready.length === 0 && waiting.length > 0)
    throw new Error(`views that read from each other: ${waiting.map(({ name }) => name).join(', ')}`);
  return waiting.length === 0 ? done : inOrder(views, [...done, ...ready]);
}

async function provisionTable(dataset: Dataset, name: string, wanted: TableMetadata): Promise<void> {
  const existing = await metadataOf(dataset.table(name));
  if (!existing) return void (await dataset.createTable(name, wanted));
  const schema = merged(existing.schema?.fields ?? [], wanted.schema?.fields ?? []);
  const isCurrent = JSON.stringify(schema) === JSON.stringify(existing.schema?.fields);
  if (!isCurrent || existing.description !== wanted.description)
    await dataset.table(name).setMetadata({ description: wanted.description, schema: { fields: schema } });
}

/** What is there, described anew, and after it what is not there yet. */
function merged(existing: TableField[], wanted: TableField[]): TableField[] {
  const kept = existing.map((field) => {
    const now = wanted.find(({ name }) => name === field.name);
    if (!now) return field;
    return { ...field, ...now, ...(field.fields && { fields: merged(field.fields, now.fields ?? []) }) };
  });
  return [...kept, ...wanted.filter(({ name }) => !existing.some((field) => field.name === name))];
}

/** A view's file opens with what a row is, an empty comment line, and a line `-- column: description` per column. */
async function provisionView(dataset: Dataset, name: string, query: string): Promise<void> {
  const comments = (/^(--.*\n)*/.exec(query)?.[0] ?? '').split('\n').map((line) => line.replace(/^-- ?/, ''));
  const description = comments.slice(0, comments.indexOf('')).join(' ');
  const columns = new Map(
    comments.flatMap((line) => {
      const [, column, text] = /^(\w+): (.*)$/.exec(line) ?? [];
      return column && text ? [[column, text] as const] : [];
    }),
  );
  const existing = await metadataOf(dataset.table(name));
  if (!existing) await dataset.createTable(name, { view: { query, useLegacySql: false }, description });
  else if (existing.view?.query !== query || existing.description !== description)
    await dataset.table(name).setMetadata({ view: { query, useLegacySql: false }, description });
  else return;
  const { schema } = (await metadataOf(dataset.table(name))) as TableMetadata;
  const fields = schema?.fields?.map((field) => ({ ...field, description: columns.get(field.name ?? '') }));
  await dataset.table(name).setMetadata({ schema: { fields } });
}

async function metadataOf(table: Table): Promise<TableMetadata | undefined> {
  const found = await table.getMetadata().catch(ignore(404));
  return found?.[0];
}

const ignore = (code: number) => (error: { code?: unknown }) => {
  if (error.code !== code) throw error;
  return undefined;
};
