import { BigQuery } from '@google-cloud/bigquery';
import { PassThroughClient } from 'google-auth-library';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';

/** What every table needs to be asked and appended to. */
export interface WarehouseContext {
  bigquery: BigQuery;
  dataset: string;
  deadlineMs: number;
  clock: Clock;
}

export type Row = Record<string, unknown>;

/** The tables of the configured dataset, over a client of its own. */
export const connectWarehouse = (config: Config, clock: Clock): WarehouseContext => ({
  bigquery: createBigQuery(config),
  dataset: config.BIGQUERY_DATASET,
  deadlineMs: config.BIGQUERY_DEADLINE_MS,
  clock,
});

/**
 * The real client. Without its own retries: appends are tried again by us with the same insertId, and reads
 * come again with their message. A stand-in gets no credentials, not even the machine's own.
 */
export function createBigQuery(
  config: Pick<Config, 'GOOGLE_CLOUD_PROJECT' | 'BIGQUERY_EMULATOR_HOST'>,
): BigQuery {
  const options = { projectId: config.GOOGLE_CLOUD_PROJECT, autoRetry: false };
  const standIn = config.BIGQUERY_EMULATOR_HOST;
  if (standIn === '') return new BigQuery(options);
  const client = new BigQuery({ ...options, apiEndpoint: standIn, authClient: new PassThroughClient() });
  // The client itself prefers the environment, which may name another emulator than the stack that is up has.
  client.baseUrl = standIn;
  return client;
}

/** 400, 403, 404, 413: waiting will not help by itself, so somebody should look. */
export function isOurFault(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 400 || code === 403 || code === 404 || code === 413;
}
