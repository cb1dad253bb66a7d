import type { Config } from '../../shared/config.ts';
import { Memory } from '../../shared/memory.ts';
import { MINUTE_MS } from '../../shared/times.ts';
import { createRefusals } from '../../shared/x/refusals.ts';
import { type Wiring, wiringOf } from '../wiring.ts';
import { createEndRequests } from './ask-for-announcement.ts';
import { createComparisons } from './comparisons.ts';
import { type GetPagePorts, getPage } from './handler.ts';
import { createPageStore } from './page-store.ts';

/** As long as a message that was nacked may wait, and as many pages as X's limit lets be read meanwhile. */
const PUBLISHED_MS = 10 * MINUTE_MS;
const PAGES_PUBLISHED = 1000;

export function portsOf({ scrapes, knownLists, gateOf, ...on }: Wiring): GetPagePorts {
  const pages = createPageStore(scrapes, on.clock);
  const comparisons = createComparisons(knownLists, on.clock);
  const published = new Memory<true>({ clock: on.clock, forMs: PUBLISHED_MS, most: PAGES_PUBLISHED });
  return {
    ...on,
    knownLists,
    published,
    gate: gateOf('following'),
    refusals: createRefusals(on.clock),
    pages,
    comparisons,
    endRequests: createEndRequests(on),
  };
}

/** What an instance does with an event; the promise is the handler's. */
export async function createGetPage(config: Config, wiring = wiringOf('getpage', config)) {
  const ports = portsOf(wiring);
  return (event: unknown) => getPage(event, ports);
}
