import { randomUUID } from 'node:crypto';
import type { BigQuery, Dataset, Query } from '@google-cloud/bigquery';
import { createBigQuery } from '../../../shared/warehouse/client.ts';
import { plain } from '../../local/bigquery/client.ts';
import { bigqueryEndpoint, PROJECT } from './endpoints.ts';

/** BigQuery itself is known by its name: the client then takes its own address and the machine's credentials. */
const GOOGLE = /^https:\/\/bigquery\.googleapis\.com\b/;

export interface BigQueryUnderTest {
  bigquery: BigQuery;
  project: string;
  /** A dataset that nobody else uses; also where queries look for tables without one. */
  dataset: Dataset;
  /** The rows of a query, with the client's classes as texts. */
  rowsOf(query: string, more?: Omit<Query, 'query'>): Promise<unknown[]>;
  /** Deletes what it has made. */
  close(): Promise<void>;
}

export async function startBigQueryUnderTest(): Promise<BigQueryUnderTest> {
  const { address, close } = await bigqueryEndpoint();
  const bigquery = createBigQuery({
    GOOGLE_CLOUD_PROJECT: PROJECT,
    BIGQUERY_EMULATOR_HOST: GOOGLE.test(address) ? '' : address,
  });
  const datasetId = `conformance_${randomUUID().replaceAll('-', '_')}`;
  const [dataset] = await bigquery.createDataset(datasetId);
  return {
    bigquery,
    project: PROJECT,
    dataset,
    async rowsOf(query, more = {}) {
      const [rows] = await bigquery.query({ query, defaultDataset: { datasetId }, ...more });
      return rows.map(plain);
    },
    async close() {
      await dataset.delete({ force: true });
      await close();
    },
  };
}
