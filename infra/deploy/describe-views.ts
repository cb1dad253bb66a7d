import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BigQuery } from '@google-cloud/bigquery';
import { Command } from 'commander';
import { readConfig } from '../../shared/config.ts';
import { createBigQuery } from '../../shared/warehouse/client.ts';
import { Failure } from '../cli/terminal/errors.ts';
import { exitWith } from './exit.ts';
import { ROOT } from './run.ts';
import { columnDescriptions } from './view-descriptions.ts';

const VIEWS = join(ROOT, 'infra', 'bigquery', 'views');

interface Field {
  name: string;
  type: string;
  mode?: string;
  description?: string;
}

/**
 * Gives the columns of a view their descriptions: 'described' | 'unchanged'. BigQuery takes them only as a whole
 * schema, so it is asked for the one that it has worked out, types and all.
 * https://cloud.google.com/bigquery/docs/reference/rest/v2/tables/patch
 */
export async function describeView(
  bigquery: BigQuery,
  dataset: string,
  view: string,
  descriptions: Map<string, string>,
): Promise<'described' | 'unchanged'> {
  const table = bigquery.dataset(dataset).table(view);
  const [metadata] = await table.getMetadata();
  const before: Field[] = metadata.schema.fields;
  const fields = before.map((field) => ({ ...field, description: descriptions.get(field.name) ?? '' }));
  if (fields.every(({ description }, index) => description === (before[index]?.description ?? '')))
    return 'unchanged';
  await table.setMetadata({ schema: { fields } });
  return 'described';
}

/** All views of the dataset, named as SQL does: project.dataset. Throws Failure where it is named otherwise. */
export async function describeDataset(name: string): Promise<void> {
  const [project = '', dataset = ''] = name.split('.');
  if (dataset === '') throw new Failure(`A dataset is named project.dataset, not "${name}".`);
  const bigquery = await createBigQuery({ ...readConfig(), GOOGLE_CLOUD_PROJECT: project });
  for (const file of readdirSync(VIEWS)) {
    const view = file.replace(/\.sql$/, '');
    const result = await describeView(
      bigquery,
      dataset,
      view,
      columnDescriptions(readFileSync(join(VIEWS, file), 'utf8')),
    );
    console.log(`${view}: columns ${result}`);
  }
}

if (import.meta.main) {
  const command = new Command('node infra/deploy/describe-views.ts')
    .argument('<dataset>', 'project.dataset')
    .action(describeDataset);
  await exitWith(command);
}
