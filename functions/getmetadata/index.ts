import type { Config } from '../../shared/config.ts';
import { createLookupBatcher } from '../../shared/x/lookup-batch.ts';
import { createRefusals } from '../../shared/x/refusals.ts';
import { type Wiring, wiringOf } from '../wiring.ts';
import { type GetMetadataPorts, getMetadata } from './handler.ts';
import { createObservationStore } from './observation-store.ts';

export function portsOf({ metadata, x, gateOf, ...on }: Wiring): GetMetadataPorts {
  const gates = { username: gateOf('users-by-username'), id: gateOf('users-by-id') };
  const { clock, stops } = on;
  const lookups = createLookupBatcher({ x, gates, refusals: createRefusals(clock), stops, clock });
  return { ...on, gates, lookups, observations: createObservationStore(metadata, on.clock) };
}

/** What an instance does with an event; the promise is the handler's. */
export async function createGetMetadata(config: Config, wiring = wiringOf('getmetadata', config)) {
  const ports = portsOf(wiring);
  return (event: unknown) => getMetadata(event, ports);
}
