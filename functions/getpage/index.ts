import { v4 } from 'uuid';
import { createBus } from '../../shared/bus.ts';
import { systemClock } from '../../shared/clock.ts';
import type { Config } from '../../shared/config.ts';
import { createLog } from '../../shared/log.ts';
import { createBigQuery } from '../../shared/warehouse/client.ts';
import { createCompletedScrapes } from '../../shared/warehouse/completed-scrapes.ts';
import { createRejectedMessages } from '../../shared/warehouse/rejected-messages.ts';
import { createX } from '../../shared/x/client.ts';
import { createGate } from '../../shared/x/gate.ts';
import { type GetPagePorts, getPage } from './handler.ts';
import { createKnownPages } from './store/known-pages.ts';
import { createPagesInHand } from './store/pages-in-hand.ts';
import { createWarehouseGate } from './store/warehouse-gate.ts';

export async function createGetPage(config: Config): Promise<(event: unknown) => Promise<unknown>> {
  const ports = createPorts(config);
  return (event) => getPage(event, ports);
}

/** Clients are made once per instance; the handler gets them as one argument. */
export function createPorts(config: Config): GetPagePorts {
  const clock = systemClock;
  const log = createLog('getpage', config.LOG_LEVEL);
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
    scrapes: createCompletedScrapes(context),
    rejected: createRejectedMessages(context),
    x: createX({
      baseUrl: config.X_API_BASE_URL,
      bearerToken: config.X_BEARER_TOKEN,
      deadlineMs: config.X_DEADLINE_MS,
      clock,
    }),
    gate: createGate({
      endpoint: 'following',
      clock,
      log,
      windowMs: config.X_WINDOW_SECONDS * 1000,
      assumedLimit: config.X_CALLS_PER_WINDOW,
    }),
    warehouseGate: createWarehouseGate(clock),
    inHand: createPagesInHand(),
    known: createKnownPages(clock),
    clock,
    log,
    config,
    newId: () => v4(),
  };
}
