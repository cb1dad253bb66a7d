import { randomUUID } from 'node:crypto';
import type { BigQuery, Dataset, Query } from '@google-cloud/bigquery';
import { afterAll } from 'vitest';
import { createBigQuery } from '../../../shared/warehouse/client.ts';
import { until } from '../../support/until.ts';
import { bigqueryEndpoint, PROJECT } from './endpoints.ts';
import { plain } from './plain.ts';

/** BigQuery itself is known by its name: the client then takes its own address and the machine's credentials. */
const GOOGLE = /^https:\/\/bigquery\.googleapis\.com\b/;

export interface BigQueryUnderTest {
  bigquery: BigQuery;
  project: string;
  /** A dataset that nobody else uses; also where queries look for tables without one. */
  dataset: Dataset;
  /** The rows of a query, with the client's classes as texts. */
  rowsOf(query: string, more?: Omit<Query, 'query'>): Promise<unknown[]>;
  /** How many rows a statement has changed. */
  changed(statement: string): Promise<string>;
  /** Appends the rows, and waits until a query sees them. */
  insert(table: string, ...rows: object[]): Promise<void>;
}

/** For the tests of one file, at its top; after them it deletes what it has made. */
export async function bigQueryUnderTest(): Promise<BigQueryUnderTest> {
  const { address, close } = await bigqueryEndpoint();
  const bigquery = createBigQuery({
    GOOGLE_CLOUD_PROJECT: PROJECT,
    BIGQUERY_EMULATOR_HOST: GOOGLE.test(address) ? '' : address,
  });
  const datasetId = `contract_${randomUUID().replaceAll('-', '_')}`;
  const [dataset] = await bigquery.createDataset(datasetId);
  afterAll(async () => {
    await dataset.delete({ force: true });
    await close();
  });
  const defaultDataset = { datasetId };
  const rowsOf: BigQueryUnderTest['rowsOf'] = async (query, more) =>
    (await bigquery.query({ query, defaultDataset, ...more }))[0].map(plain);
  return {
    ...{ bigquery, project: PROJECT, dataset, rowsOf },
    async changed(query) {
      const [job] = await bigquery.createQueryJob({ query, defaultDataset });
      const [{ statistics }] = await job.getMetadata();
      return statistics.query.numDmlAffectedRows;
    },
    async insert(table, ...rows) {
      const count = async () => {
        const [{ n = 0 } = {}] = (await rowsOf(`SELECT COUNT(*) AS n FROM ${table}`)) as { n?: number }[];
        return n;
      };
      const before = await count();
      await dataset.table(table).insert(rows);
      await until('the rows are seen', async () => (await count()) === before + rows.length);
    },
  };
}

/** An error of the client, as https://cloud.google.com/bigquery/docs/error-messages has them. */
export const failure = (code: number, reason: string) => ({ code, errors: [{ reason }] });
