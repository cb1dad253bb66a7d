import type { BigQuery } from '@google-cloud/bigquery';
import { Command } from 'commander';
import { readConfig } from '../../shared/config.ts';
import { createBigQuery } from '../../shared/warehouse/client.ts';
import { type ViewFile, viewFiles } from '../bigquery/files.ts';
import { Failure } from '../cli/terminal/errors.ts';
import { exitWith } from './exit.ts';

interface Field {
  name: string;
  type: string;
  mode?: string;
  description?: string;
}

/**
 * Gives a view and its columns their descriptions: 'described' | 'unchanged'. BigQuery takes those of columns only as a
 * whole schema, so it is asked for the one that it has worked out, types and all.
 * https://cloud.google.com/bigquery/docs/reference/rest/v2/tables/patch
 */
export async function describeView(
  bigquery: BigQuery,
  dataset: string,
  { name, description, columns }: Pick<ViewFile, 'name' | 'description' | 'columns'>,
): Promise<'described' | 'unchanged'> {
  const table = bigquery.dataset(dataset).table(name);
  const [before] = await table.getMetadata();
  const fields = (before.schema.fields as Field[]).map((field) => ({
    ...field,
    description: columns.get(field.name) ?? '',
  }));
  const same = fields.every(
    (field, index) => field.description === (before.schema.fields[index].description ?? ''),
  );
  if (same && before.description === description) return 'unchanged';
  await table.setMetadata({ description, schema: { fields } });
  return 'described';
}

/**
 * All views of the dataset, named project.dataset: how many were described anew. Throws Failure where it is named
 * otherwise, and where BigQuery refuses.
 */
export async function describeDataset(name: string): Promise<number> {
  const [project = '', dataset = ''] = name.split('.');
  if (dataset === '') throw new Failure(`A dataset is named project.dataset, not "${name}".`);
  const bigquery = createBigQuery({ ...readConfig(), GOOGLE_CLOUD_PROJECT: project });
  let described = 0;
  for (const view of viewFiles()) {
    const outcome = await describeView(bigquery, dataset, view).catch((error: Error) => {
      throw new Failure(
        `The view ${view.name} could not be described: ${error.message.trim()} All else is deployed; put that right, and run this again.`,
      );
    });
    if (outcome === 'unchanged') continue;
    console.log(`${view.name}: columns described`);
    described++;
  }
  return described;
}

if (import.meta.main) {
  const command = new Command('node infra/deploy/describe-views.ts')
    .argument('<dataset>', 'project.dataset')
    .action(async (dataset: string) => void (await describeDataset(dataset)));
  await exitWith(command);
}
