import { startBigQuery } from '../../../infra/local/bigquery/start.ts';
import { startPubSub } from '../../../infra/local/pubsub/server.ts';

/** `PROJECT` is GOOGLE_CLOUD_PROJECT where that is set. */
export const PROJECT = process.env.GOOGLE_CLOUD_PROJECT || 'dodo-contract';

export interface Endpoint {
  /** As the client's environment variable has it. */
  address: string;
  close(): Promise<void>;
}

/** The endpoint that the variable names; where it names none, a stand-in of ours in this process. */
async function endpointOr(variable: string, start: () => Promise<Endpoint>): Promise<Endpoint> {
  const address = process.env[variable];
  return address ? { address, close: async () => undefined } : start();
}

/**
 * Whatever it is, it has to reach a port of this machine: Google's Pub/Sub itself pushes to public addresses only
 * (https://cloud.google.com/pubsub/docs/create-push-subscription#prerequisites), so it cannot be asked from here.
 */
export const pubsubEndpoint = (): Promise<Endpoint> =>
  endpointOr('PUBSUB_EMULATOR_HOST', async () => {
    const server = await startPubSub({ file: ':memory:' });
    return { address: `127.0.0.1:${server.port}`, close: async () => server.close() };
  });

/**
 * Ours is as late as BigQuery may be, if not by minutes. BigQuery itself is named by https://bigquery.googleapis.com/bigquery/v2, with GOOGLE_CLOUD_PROJECT and application
 * default credentials.
 */
export const bigqueryEndpoint = (): Promise<Endpoint> =>
  endpointOr('BIGQUERY_EMULATOR_HOST', async () => {
    const lag = { rowMs: () => 100, columnMs: 300 };
    const server = await startBigQuery({ file: ':memory:', project: PROJECT, lag });
    return { address: server.url, close: () => server.close() };
  });
