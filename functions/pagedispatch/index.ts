import type { Config } from '../../shared/config.ts';
import { createSerial } from '../../shared/serial.ts';
import { createRefusals } from '../../shared/x/refusals.ts';
import { type Wiring, wiringOf } from '../wiring.ts';
import { type PageDispatchPorts, pageDispatch } from './handler.ts';
import { ObservedParents } from './known-parents.ts';

export function portsOf({ gateOf, ...on }: Wiring): PageDispatchPorts {
  const gates = { username: gateOf('users-by-username'), id: gateOf('users-by-id') };
  const observed = new ObservedParents(on.clock);
  return { ...on, gates, refusals: createRefusals(on.clock), observed, inTurn: createSerial() };
}

/** What an instance does with an event; the promise is the handler's. */
export async function createPageDispatch(config: Config, wiring = wiringOf('pagedispatch', config)) {
  const ports = portsOf(wiring);
  return (event: unknown) => pageDispatch(event, ports);
}
