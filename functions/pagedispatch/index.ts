import { createBus } from '../../shared/bus.ts';
import { systemClock } from '../../shared/clock.ts';
import type { Config } from '../../shared/config.ts';
import { createLog } from '../../shared/log.ts';
import { createSerial } from '../../shared/serial.ts';
import { createAccountMetadata } from '../../shared/warehouse/account-metadata.ts';
import { createBigQuery } from '../../shared/warehouse/client.ts';
import { createCompletedScrapes } from '../../shared/warehouse/completed-scrapes.ts';
import { createDispatches } from '../../shared/warehouse/dispatches.ts';
import { createRejectedMessages } from '../../shared/warehouse/rejected-messages.ts';
import { createX } from '../../shared/x/client.ts';
import { createGate } from '../../shared/x/gate.ts';
import { type PageDispatchPorts, pageDispatch } from './handler.ts';

export async function createPageDispatch(config: Config): Promise<(event: unknown) => Promise<unknown>> {
  const ports = createPorts(config);
  return (event) => pageDispatch(event, ports);
}

/** Clients are made once per instance; the handler gets them as one argument. */
export function createPorts(config: Config): PageDispatchPorts {
  const clock = systemClock;
  const log = createLog('pagedispatch', config.LOG_LEVEL);
  const connect = async () => (await import('../../shared/pubsub-client.ts')).createPubSub(config);
  const bigquery = createBigQuery(config);
  const context = {
    bigquery,
    dataset: config.BIGQUERY_DATASET,
    deadlineMs: config.BIGQUERY_DEADLINE_MS,
    clock,
  };
  return {
    bus: createBus(connect, clock, config.PUBSUB_DEADLINE_MS),
    dispatches: createDispatches(context),
    scrapes: createCompletedScrapes(context),
    metadata: createAccountMetadata(context),
    rejected: createRejectedMessages(context),
    x: createX({
      baseUrl: config.X_API_BASE_URL,
      bearerToken: config.X_BEARER_TOKEN,
      deadlineMs: config.X_DEADLINE_MS,
      clock,
    }),
    gate: createGate({
      endpoint: 'users-by-username',
      clock,
      log,
      windowMs: config.X_WINDOW_SECONDS * 1000,
      assumedLimit: config.X_CALLS_PER_WINDOW,
    }),
    oneAtATime: createSerial(),
    clock,
    log,
    config,
  };
}
