import type { Config } from '../../shared/config.ts';
import { createRefusals } from '../../shared/x/refusals.ts';
import { type Wiring, wiringOf } from '../wiring.ts';
import { createComparisons } from './comparisons.ts';
import { type GetPagePorts, getPage } from './handler.ts';
import { createPageStore } from './page-store.ts';

export function portsOf({ scrapes, knownLists, gateOf, ...on }: Wiring): GetPagePorts {
  const pages = createPageStore(scrapes, on.clock);
  const comparisons = createComparisons(knownLists, on.clock);
  return { ...on, gate: gateOf('following'), refusals: createRefusals(on.clock), pages, comparisons };
}

/** What an instance does with an event; the promise is the handler's. */
export async function createGetPage(config: Config, wiring = wiringOf('getpage', config)) {
  const ports = portsOf(wiring);
  return (event: unknown) => getPage(event, ports);
}
