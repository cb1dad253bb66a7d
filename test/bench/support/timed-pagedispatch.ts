/** pagedispatch under the real framework with its real ports; a line of JSON per chunk tells what recording its plan took. */
import { cloudEvent } from '@google-cloud/functions-framework';
import { pageDispatch } from '../../../functions/pagedispatch/handler.ts';
import { portsOf } from '../../../functions/pagedispatch/index.ts';
import { wiringOf } from '../../../functions/wiring.ts';
import { readConfig } from '../../../shared/config.ts';

const wiring = wiringOf('pagedispatch', readConfig());
/** Of one chunk; chunks come one at a time. */
let recordingMs = 0;

const ports = portsOf({
  ...wiring,
  dispatches: {
    ...wiring.dispatches,
    async insert(...plan) {
      const beganMs = performance.now();
      try {
        return await wiring.dispatches.insert(...plan);
      } finally {
        recordingMs += performance.now() - beganMs;
      }
    },
  },
});

cloudEvent('pagedispatch', async (event: unknown) => {
  recordingMs = 0;
  await pageDispatch(event, ports);
  console.log(JSON.stringify({ recordingMs }));
});
