import { getMetadata } from '../../functions/getmetadata/handler.ts';
import { getPage } from '../../functions/getpage/handler.ts';
import { createKnownPages } from '../../functions/getpage/store/known-pages.ts';
import { createPagesInHand } from '../../functions/getpage/store/pages-in-hand.ts';
import { createWarehouseGate } from '../../functions/getpage/store/warehouse-gate.ts';
import { pageDispatch } from '../../functions/pagedispatch/handler.ts';
import type { Log } from '../../shared/log.ts';
import { createSerial } from '../../shared/serial.ts';
import { createGate, type Gate } from '../../shared/x/gate.ts';
import { createLookupBatcher } from '../../shared/x/lookup-batch.ts';
import type { Endpoint } from '../../shared/x/types.ts';
import { type Service, withCrashPoints } from './crash-points.ts';
import type { Invocation, Machine } from './instance.ts';
import { observationAsked } from './metadata-asked.ts';
import { busPort, dispatchesPort, metadataPort, rejectedPort, scrapesPort } from './ports.ts';
import type { Simulation } from './simulation.ts';
import { xPort } from './x-port.ts';

/** The handlers under test; a test may put broken ones in their place, to see that it is noticed. */
export const HANDLERS = { pageDispatch, getPage, getMetadata };
export type Handlers = typeof HANDLERS;

/** What an instance does with a delivery; the promise is the handler's. */
export type Handle = (invocation: Invocation) => Promise<string>;

/** Starts a service as its index.ts does, over ports in memory. */
export function start(sim: Simulation, service: Service, machine: Machine): Handle {
  switch (service) {
    case 'pagedispatch':
      return startPageDispatch(sim, machine);
    case 'getpage':
      return startGetPage(sim, machine);
    case 'getmetadata':
      return startGetMetadata(sim, machine);
  }
}

function startPageDispatch(sim: Simulation, machine: Machine): Handle {
  const watched = watcher(sim, machine);
  const gate = gateOf(sim, machine, 'users-by-username');
  const memory = { ...commonOf(sim, machine), gate, oneAtATime: createSerial() };
  return (invocation) =>
    sim.handlers.pageDispatch(eventOf(invocation), {
      ...memory,
      bus: watched('bus', busPort(sim, invocation)),
      dispatches: watched('dispatches', dispatchesPort(sim, invocation)),
      scrapes: watched('scrapes', scrapesPort(sim, invocation)),
      metadata: watched('metadata', metadataPort(sim, invocation)),
      rejected: watched('rejected', rejectedPort(sim, invocation)),
      x: watched('x', xPort(sim, machine, { 'users-by-username': gate }, invocation)),
    });
}

function startGetPage(sim: Simulation, machine: Machine): Handle {
  const watched = watcher(sim, machine);
  const gate = gateOf(sim, machine, 'following');
  const warehouseGate = createWarehouseGate(machine.clock);
  const memory = {
    ...commonOf(sim, machine),
    gate,
    warehouseGate,
    inHand: createPagesInHand(),
    known: createKnownPages(machine.clock),
  };
  return (invocation) => {
    invocation.mustNotCall = gate.closure() !== null && invocation.page !== null;
    const newId = () => {
      invocation.fetchId = sim.newId();
      return invocation.fetchId;
    };
    return sim.handlers.getPage(eventOf(invocation), {
      ...memory,
      newId,
      bus: watched('bus', busPort(sim, invocation)),
      scrapes: watched('scrapes', scrapesPort(sim, invocation)),
      rejected: watched('rejected', rejectedPort(sim, invocation)),
      x: watched('x', xPort(sim, machine, { following: gate }, invocation)),
    });
  };
}

function startGetMetadata(sim: Simulation, machine: Machine): Handle {
  const watched = watcher(sim, machine);
  const gates = {
    username: gateOf(sim, machine, 'users-by-username'),
    id: gateOf(sim, machine, 'users-by-id'),
  };
  const x = watched(
    'x',
    xPort(sim, machine, { 'users-by-username': gates.username, 'users-by-id': gates.id }),
  );
  const lookups = createLookupBatcher({ x, gates, clock: machine.clock });
  const memory = { ...commonOf(sim, machine), gates, lookups };
  return (invocation) => {
    const asked = observationAsked(invocation.message);
    invocation.mustNotCall = asked !== null && gates[asked.by].closure() !== null;
    return sim.handlers.getMetadata(eventOf(invocation), {
      ...memory,
      metadata: watched('metadata', metadataPort(sim, invocation)),
      rejected: watched('rejected', rejectedPort(sim, invocation)),
    });
  };
}

const commonOf = ({ config }: Simulation, { clock }: Machine) => ({ clock, log: SILENT, config });

function gateOf({ config }: Simulation, { clock }: Machine, endpoint: Endpoint): Gate {
  const { X_WINDOW_SECONDS, X_CALLS_PER_WINDOW } = config;
  return createGate({ endpoint, clock, windowMs: X_WINDOW_SECONDS * 1000, assumedLimit: X_CALLS_PER_WINDOW });
}

/** Puts the named crash points around a port. */
function watcher(sim: Simulation, { instance }: Machine) {
  const reach = (point: string) => sim.reach(instance, point);
  return <P extends object>(name: string, port: P): P => withCrashPoints(instance.service, name, port, reach);
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
