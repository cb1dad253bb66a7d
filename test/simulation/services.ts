import { AsyncLocalStorage } from 'node:async_hooks';
import { getMetadata } from '../../functions/getmetadata/handler.ts';
import { portsOf as portsOfGetMetadata } from '../../functions/getmetadata/index.ts';
import { getPage } from '../../functions/getpage/handler.ts';
import { portsOf as portsOfGetPage } from '../../functions/getpage/index.ts';
import { pageDispatch } from '../../functions/pagedispatch/handler.ts';
import { portsOf as portsOfPageDispatch } from '../../functions/pagedispatch/index.ts';
import type { Wiring } from '../../functions/wiring.ts';
import type { Log } from '../../shared/log.ts';
import { createStopGuard } from '../../shared/stop-guard.ts';
import { createAnnouncements } from '../../shared/warehouse/announcements.ts';
import { createAnswers } from '../../shared/warehouse/answers.ts';
import { createHistories } from '../../shared/warehouse/histories.ts';
import { createKnownLists } from '../../shared/warehouse/known-lists.ts';
import { createRejectedMessages } from '../../shared/warehouse/rejected-messages.ts';
import { createRequestedDispatches } from '../../shared/warehouse/requested-dispatches.ts';
import { createGate, type Gate } from '../../shared/x/gate.ts';
import type { Endpoint } from '../../shared/x/types.ts';
import { type Service, withCrashPoints } from './crash-points.ts';
import type { Handle, Invocation, Machine } from './instance.ts';
import { observationAsked } from './metadata-asked.ts';
import { busPort, dispatchesPort, metadataPort, scrapesPort, stopsPort } from './ports.ts';
import type { Simulation } from './simulation.ts';
import { warehouseOf } from './warehouse/client.ts';
import { xPort } from './x-port.ts';

/** The handlers under test; a test may put broken ones in their place, to see that it is noticed. */
export const HANDLERS = { pageDispatch, getPage, getMetadata };
export type Handlers = typeof HANDLERS;

/** The ports are an instance's; whose call it is that goes through them this tells. One for all, since Node copies each. */
const underWay = new AsyncLocalStorage<Invocation>();

/** Starts a service as its index.ts does, connected to what this process makes up. */
export function start(handlers: Handlers, sim: Simulation, service: Service, machine: Machine): Handle {
  const gates = new Map<Endpoint, Gate>();
  const handle = handlerOf(handlers, service, wiringIn(sim, machine, gates));
  return (invocation) => {
    const endpoint = endpointAsked(invocation);
    invocation.mustNotCall = endpoint !== null && gates.get(endpoint)?.closure() != null;
    return underWay.run(invocation, () => handle(eventOf(invocation)));
  };
}

function handlerOf(handlers: Handlers, service: Service, wiring: Wiring) {
  switch (service) {
    case 'pagedispatch': {
      const ports = portsOfPageDispatch(wiring);
      return (event: unknown) => handlers.pageDispatch(event, ports);
    }
    case 'getpage': {
      const ports = portsOfGetPage(wiring);
      return (event: unknown) => handlers.getPage(event, ports);
    }
    case 'getmetadata': {
      const ports = portsOfGetMetadata(wiring);
      return (event: unknown) => handlers.getMetadata(event, ports);
    }
  }
}

function wiringIn(sim: Simulation, machine: Machine, gates: Map<Endpoint, Gate>): Wiring {
  const { config } = sim;
  const { instance, clock } = machine;
  const warehouse = warehouseOf(sim, machine);
  const window = { windowMs: config.X_WINDOW_SECONDS * 1000, assumedLimit: config.X_CALLS_PER_WINDOW };
  const invocation = () => {
    const current = underWay.getStore();
    if (!current) throw new Error(`${instance.name} calls outside for nobody`);
    return current;
  };
  const reach = (point: string) => sim.reach(instance, point);
  const watched = <P extends object>(name: string, port: P): P =>
    withCrashPoints(instance.service, name, port, reach);
  return {
    ...{ config, clock, log: SILENT },
    newId: () => {
      const fetchId = sim.newId();
      invocation().fetchId = fetchId;
      return fetchId;
    },
    bus: watched('bus', busPort(sim, invocation)),
    requested: watched('requested', createRequestedDispatches(warehouse)),
    dispatches: watched('dispatches', dispatchesPort(sim, invocation, warehouse)),
    scrapes: watched('scrapes', scrapesPort(sim, invocation, warehouse)),
    metadata: watched('metadata', metadataPort(sim, invocation, warehouse)),
    histories: watched('histories', createHistories(warehouse)),
    announcements: watched('announcements', createAnnouncements(warehouse)),
    answers: watched('answers', createAnswers(warehouse)),
    knownLists: watched('knownLists', createKnownLists(warehouse)),
    rejected: watched('rejected', createRejectedMessages(warehouse)),
    stops: createStopGuard(stopsPort(sim, invocation, warehouse), clock),
    x: watched('x', xPort(sim, clock, gates, invocation)),
    gateOf: (endpoint) => {
      const gate = createGate({ endpoint, clock, ...window });
      gates.set(endpoint, gate);
      return gate;
    },
  };
}

/** The endpoint that a readable request needs alone: while its gate is closed, nothing may be called for it. */
function endpointAsked(invocation: Invocation): Endpoint | null {
  if (invocation.page) return 'following';
  const asked = observationAsked(invocation.message);
  return asked && (asked.by === 'id' ? 'users-by-id' : 'users-by-username');
}

const SILENT: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** The push as functions-framework hands it on; one without data stays as it came. */
function eventOf({ message }: Invocation): unknown {
  const { id: messageId, topic, text, attributes, publishedMs } = message;
  const publishTime = new Date(publishedMs).toISOString();
  const pushed = { messageId, publishTime, attributes, data: Buffer.from(text).toString('base64') };
  if (text === '') return { message: { messageId, publishTime, attributes } };
  return {
    source: `//pubsub.googleapis.com/projects/p/topics/${topic}`,
    time: publishTime,
    data: { message: pushed },
  };
}
