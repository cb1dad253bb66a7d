import { BigQuery } from '@google-cloud/bigquery';
import { PassThroughClient } from 'google-auth-library';
import type { Config } from '../config.ts';

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
