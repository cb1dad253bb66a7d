import type { BigQuery } from '@google-cloud/bigquery';
import type { Config } from '../config.ts';

/**
 * The real client. Without its own retries: appends are tried again by us with the same insertId, and reads
 * come again with their message. A stand-in gets no credentials, not even the machine's own.
 */
export async function createBigQuery(config: Config): Promise<BigQuery> {
  const { BigQuery } = await import('@google-cloud/bigquery');
  const options = { projectId: config.GOOGLE_CLOUD_PROJECT, autoRetry: false };
  if (config.BIGQUERY_EMULATOR_HOST === '') return new BigQuery(options);
  const { PassThroughClient } = await import('google-auth-library');
  return new BigQuery({
    ...options,
    apiEndpoint: config.BIGQUERY_EMULATOR_HOST,
    authClient: new PassThroughClient(),
  });
}
