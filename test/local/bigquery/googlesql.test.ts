import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBigQuery } from '../../../infra/local/bigquery/start.ts';
import { clientOf, PROJECT, plain } from './client.ts';
import { CONSTRUCTS, PAGES, PAGES_SCHEMA } from './constructs.ts';

const server = await startBigQuery({ file: ':memory:', project: PROJECT });
const bigquery = clientOf(server.url);

beforeAll(async () => {
  const [dataset] = await bigquery.createDataset('lab');
  const [table] = await dataset.createTable('pages', { schema: PAGES_SCHEMA });
  await table.insert(PAGES);
});
afterAll(() => server.close());

describe('GoogleSQL gives the rows that BigQuery gives', () => {
  it.each(CONSTRUCTS)('%s', async (query, expected) => {
    const [rows] = await bigquery.query({ query, defaultDataset: { datasetId: 'lab' } });
    expect(rows.map(plain)).toEqual(expected);
  });
});
