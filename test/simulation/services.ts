import { getMetadata } from '../../functions/getmetadata/handler.ts';
import { getPage } from '../../functions/getpage/handler.ts';
import { createPagesInHand } from '../../functions/getpage/pages-in-hand.ts';
import { pageDispatch } from '../../functions/pagedispatch/handler.ts';
import type { Log } from '../../shared/log.ts';
import { createSerial } from '../../shared/serial.ts';
import { createWarehouseGate } from '../../shared/warehouse/gate.ts';
import { createGate, type Gate } from '../../shared/x/gate.ts';
import { createLookupBatcher } from '../../shared/x/lookup-batch.ts';
import type { Endpoint } from '../../shared/x/types.ts';
import { type Service, withCrashPoints } from './crash-points.ts';
import type { Invocation, Machine } from './instance.ts';
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
  const reach = (point: string) => sim.reach(machine.instance, point);
  const watched = <P extends object>(name: string, port: P): P => withCrashPoints(service, name, port, reach);
  const common = { clock: machine.clock, log: SILENT, config: sim.config };
  const gateOf = (endpoint: Endpoint): Gate =>
    createGate({
      endpoint,
      clock: machine.clock,
      windowMs: sim.config.X_WINDOW_SECONDS * 1000,
      assumedLimit: sim.config.X_CALLS_PER_WINDOW,
    });
  switch (service) {
    case 'pagedispatch': {
      const gate = gateOf('users-by-username');
      const memory = { ...common, gate, oneAtATime: createSerial() };
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
    case 'getpage': {
      const gate = gateOf('following');
      const warehouseGate = createWarehouseGate(machine.clock);
      const memory = { ...common, gate, warehouseGate, inHand: createPagesInHand() };
      return (invocation) => {
        invocation.mustNotCall = !gate.state().open && invocation.page !== null;
        return sim.handlers.getPage(eventOf(invocation), {
          ...memory,
          newId: () => (invocation.fetchId = sim.newId()),
          bus: watched('bus', busPort(sim, invocation)),
          scrapes: watched('scrapes', scrapesPort(sim, invocation)),
          rejected: watched('rejected', rejectedPort(sim, invocation)),
          x: watched('x', xPort(sim, machine, { following: gate }, invocation)),
        });
      };
    }
    case 'getmetadata': {
      const gates = { username: gateOf('users-by-username'), id: gateOf('users-by-id') };
      const byEndpoint = { 'users-by-username': gates.username, 'users-by-id': gates.id };
      const x = watched('x', xPort(sim, machine, byEndpoint));
      const memory = { ...common, gates, lookups: createLookupBatcher({ x, gates, clock: machine.clock }) };
      return (invocation) =>
        sim.handlers.getMetadata(eventOf(invocation), {
          ...memory,
          metadata: watched('metadata', metadataPort(sim, invocation)),
          rejected: watched('rejected', rejectedPort(sim, invocation)),
        });
    }
  }
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
