/** pagedispatch under the real framework with its real ports; a line of JSON per chunk tells what recording its plan took. */
import { cloudEvent } from '@google-cloud/functions-framework';
import { pageDispatch } from '../../../functions/pagedispatch/handler.ts';
import { portsOf } from '../../../functions/pagedispatch/index.ts';
import { wiringOf } from '../../../functions/wiring.ts';
import { readConfig } from '../../../shared/config.ts';

const wiring = wiringOf('pagedispatch', readConfig());

/** Milliseconds of one chunk; chunks come one at a time. */
export interface ChunkParts {
  /** Asking what was planned and committed before. */
  asking: number;
  recording: number;
}
let parts: ChunkParts;

const timed =
  <A extends unknown[], R>(part: keyof ChunkParts, call: (...args: A) => Promise<R>) =>
  async (...args: A): Promise<R> => {
    const beganMs = performance.now();
    try {
      return await call(...args);
    } finally {
      parts[part] += performance.now() - beganMs;
    }
  };

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
