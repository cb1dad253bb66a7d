import type { Config } from '../../shared/config.ts';
import { type Wiring, wiringOf } from '../wiring.ts';
import { type GetPagePorts, getPage } from './handler.ts';
import { createPageStore } from './page-store.ts';

export function portsOf({ scrapes, gateOf, ...on }: Wiring): GetPagePorts {
  return { ...on, gate: gateOf('following'), pages: createPageStore(scrapes, on.clock) };
}

/** What an instance does with an event; the promise is the handler's. */
export async function createGetPage(config: Config, wiring = wiringOf('getpage', config)) {
  const ports = portsOf(wiring);
  return (event: unknown) => getPage(event, ports);
}
