import { systemClock } from '../../shared/clock.ts';
import type { Config } from '../../shared/config.ts';
import { createLog } from '../../shared/log.ts';
import { createAccountMetadata } from '../../shared/warehouse/account-metadata.ts';
import { createBigQuery } from '../../shared/warehouse/client.ts';
import { createRejectedMessages } from '../../shared/warehouse/rejected-messages.ts';
import { createX } from '../../shared/x/client.ts';
import { createGate } from '../../shared/x/gate.ts';
import { createLookupBatcher } from '../../shared/x/lookup-batch.ts';
import { type GetMetadataPorts, getMetadata } from './handler.ts';

export async function createGetMetadata(config: Config): Promise<(event: unknown) => Promise<unknown>> {
  const ports = createPorts(config);
  return (event) => getMetadata(event, ports);
}

/** Clients are made once per instance; the handler gets them as one argument. */
export function createPorts(config: Config): GetMetadataPorts {
  const clock = systemClock;
  const log = createLog('getmetadata', config.LOG_LEVEL);
  const bigquery = createBigQuery(config);
  const context = {
    bigquery,
    dataset: config.BIGQUERY_DATASET,
    deadlineMs: config.BIGQUERY_DEADLINE_MS,
    clock,
  };
  const x = createX({
    baseUrl: config.X_API_BASE_URL,
    bearerToken: config.X_BEARER_TOKEN,
    deadlineMs: config.X_DEADLINE_MS,
    clock,
  });
  const limits = {
    clock,
    log,
    windowMs: config.X_WINDOW_SECONDS * 1000,
    assumedLimit: config.X_CALLS_PER_WINDOW,
  };
  const gates = {
    username: createGate({ endpoint: 'users-by-username', ...limits }),
    id: createGate({ endpoint: 'users-by-id', ...limits }),
  };
  return {
    metadata: createAccountMetadata(context),
    rejected: createRejectedMessages(context),
    gates,
    lookups: createLookupBatcher({ x, gates, clock }),
    clock,
    log,
    config,
  };
}
