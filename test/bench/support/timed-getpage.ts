/** getpage under the real framework with its real ports, each timed; one line of JSON per page tells the parts. */
import { cloudEvent } from '@google-cloud/functions-framework';
import { getPage } from '../../../functions/getpage/handler.ts';
import { portsOf } from '../../../functions/getpage/index.ts';
import { wiringOf } from '../../../functions/wiring.ts';
import { readConfig } from '../../../shared/config.ts';
import { timedInto } from './timed.ts';

/** Milliseconds of one page; pages come one at a time. */
export interface Parts {
  decode: number;
  lookup: number;
  x: number;
  append: number;
  publish: number;
  handler: number;
}

const wiring = wiringOf('getpage', readConfig());
let parts: Parts;
let startMs = 0;

const timed = timedInto<keyof Parts>(() => parts);

const ports = portsOf({
  ...wiring,
  gateOf: (endpoint) => {
    const gate = wiring.gateOf(endpoint);
    // The first thing that a handler does with a message that it has decoded.
    const assertOpen = () => {
      parts.decode ||= performance.now() - startMs;
      gate.assertOpen();
    };
    return { ...gate, assertOpen };
  },
  scrapes: {
    ...wiring.scrapes,
    ofDispatch: timed('lookup', wiring.scrapes.ofDispatch),
    append: timed('append', wiring.scrapes.append),
  },
  x: { ...wiring.x, following: timed('x', wiring.x.following) },
  bus: { ...wiring.bus, publish: timed('publish', wiring.bus.publish) },
});

cloudEvent('getpage', async (event: unknown) => {
  parts = { decode: 0, lookup: 0, x: 0, append: 0, publish: 0, handler: 0 };
  startMs = performance.now();
  await getPage(event, ports);
  parts.handler = performance.now() - startMs;
  console.log(JSON.stringify({ parts }));
});
