import { v4 } from 'uuid';
import { type Bus, createBus } from '../shared/bus.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import type { Config } from '../shared/config.ts';
import { createLog, type Log } from '../shared/log.ts';
import { createStopGuard, type StopGuard } from '../shared/stop-guard.ts';
import { type AccountMetadata, createAccountMetadata } from '../shared/warehouse/account-metadata.ts';
import { type Announcements, createAnnouncements } from '../shared/warehouse/announcements.ts';
import { type Answers, createAnswers } from '../shared/warehouse/answers.ts';
import { connectWarehouse } from '../shared/warehouse/client.ts';
import { type CompletedScrapes, createCompletedScrapes } from '../shared/warehouse/completed-scrapes.ts';
import { createDispatches, type Dispatches } from '../shared/warehouse/dispatches.ts';
import { createHistories, type Histories } from '../shared/warehouse/histories.ts';
import { createKnownLists, type KnownLists } from '../shared/warehouse/known-lists.ts';
import { createRejectedMessages, type RejectedMessages } from '../shared/warehouse/rejected-messages.ts';
import {
  createRequestedDispatches,
  type RequestedDispatches,
} from '../shared/warehouse/requested-dispatches.ts';
import { createStops } from '../shared/warehouse/stops.ts';
import { createX } from '../shared/x/client.ts';
import { createGate, type Gate } from '../shared/x/gate.ts';
import type { Endpoint, X } from '../shared/x/types.ts';

/** What the services are connected to; each takes of it what its handler needs. Made once per instance. */
export interface Wiring {
  config: Config;
  clock: Clock;
  log: Log;
  newId: () => string;
  bus: Bus;
  requested: RequestedDispatches;
  dispatches: Dispatches;
  scrapes: CompletedScrapes;
  metadata: AccountMetadata;
  histories: Histories;
  answers: Answers;
  announcements: Announcements;
  knownLists: KnownLists;
  rejected: RejectedMessages;
  /** R30. */
  stops: StopGuard;
  x: X;
  /** R19: a new gate, of which an instance makes one per endpoint. */
  gateOf: (endpoint: Endpoint) => Gate;
}

export function wiringOf(service: string, config: Config, clock = systemClock): Wiring {
  const log = createLog(service, config.LOG_LEVEL);
  const connect = async () => (await import('../shared/pubsub-client.ts')).createPubSub(config);
  const warehouse = connectWarehouse(config, clock, log);
  const { X_API_BASE_URL: baseUrl, X_BEARER_TOKEN: bearerToken, X_DEADLINE_MS: deadlineMs } = config;
  const window = { windowMs: config.X_WINDOW_SECONDS * 1000, assumedLimit: config.X_CALLS_PER_WINDOW };
  return {
    config,
    clock,
    log,
    newId: () => v4(),
    bus: createBus(connect, clock, config.PUBSUB_DEADLINE_MS),
    requested: createRequestedDispatches(warehouse),
    dispatches: createDispatches(warehouse),
    scrapes: createCompletedScrapes(warehouse),
    metadata: createAccountMetadata(warehouse),
    histories: createHistories(warehouse),
    answers: createAnswers(warehouse),
    announcements: createAnnouncements(warehouse),
    knownLists: createKnownLists(warehouse),
    rejected: createRejectedMessages(warehouse),
    stops: createStopGuard(createStops(warehouse), clock),
    x: createX({ baseUrl, bearerToken, deadlineMs, clock }),
    gateOf: (endpoint) => createGate({ endpoint, clock, log, ...window }),
  };
}
