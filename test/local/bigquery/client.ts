import { BigQuery } from '@google-cloud/bigquery';
import { PassThroughClient } from 'google-auth-library';

export const PROJECT = 'dodo-test';

/** The real client, without credentials and without retries of its own. */
export const clientOf = (url: string, projectId = PROJECT) =>
  new BigQuery({
    projectId,
    apiEndpoint: url,
    authClient: new PassThroughClient(),
    autoRetry: false,
  });
