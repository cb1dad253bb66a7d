/** pagedispatch under the real framework with its real ports; a line of JSON per chunk tells what recording its plan took. */
import { cloudEvent } from '@google-cloud/functions-framework';
import { pageDispatch } from '../../../functions/pagedispatch/handler.ts';
import { portsOf } from '../../../functions/pagedispatch/index.ts';
import { wiringOf } from '../../../functions/wiring.ts';
import { readConfig } from '../../../shared/config.ts';
import { timedInto } from './timed.ts';

const wiring = wiringOf('pagedispatch', readConfig());

/** Milliseconds of one chunk; chunks come one at a time. */
export interface ChunkParts {
  /** Asking what was planned and committed before. */
  asking: number;
  recording: number;
}
let parts: ChunkParts;

const timed = timedInto<keyof ChunkParts>(() => parts);

const { of, committed, insert, ...others } = wiring.dispatches;
const ports = portsOf({
  ...wiring,
  dispatches: {
    ...others,
    of: timed('asking', of),
    committed: timed('asking', committed),
    insert: timed('recording', insert),
  },
});

cloudEvent('pagedispatch', async (event: unknown) => {
  parts = { asking: 0, recording: 0 };
  await pageDispatch(event, ports);
  console.log(JSON.stringify({ parts }));
});
