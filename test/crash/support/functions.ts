/**
 * The three functions as functions/index.ts registers them, over their real wiring; the process kills itself at the
 * named point that a test has armed.
 */
import { cloudEvent } from '@google-cloud/functions-framework';
import { createGetMetadata } from '../../../functions/getmetadata/index.ts';
import { createGetPage } from '../../../functions/getpage/index.ts';
import { createPageDispatch } from '../../../functions/pagedispatch/index.ts';
import { type Wiring, wiringOf } from '../../../functions/wiring.ts';
import { readConfig } from '../../../shared/config.ts';
import { type Service, withCrashPoints } from '../../simulation/crash-points.ts';
import { ARMED_FILE, armedIn, disarm } from './armed.ts';

const config = readConfig();
const file = process.env[ARMED_FILE] ?? '';
let passed = 0;

async function reach(point: string): Promise<void> {
  const armed = armedIn(file);
  if (armed?.point !== point || ++passed < armed.time) return;
  disarm(file);
  process.kill(process.pid, 'SIGKILL');
}

/** What has effects is watched. */
function watched(service: Service): Wiring {
  const wiring = wiringOf(service, config);
  const watch = <P extends object>(name: string, port: P) => withCrashPoints(service, name, port, reach);
  return {
    ...wiring,
    bus: watch('bus', wiring.bus),
    dispatches: watch('dispatches', wiring.dispatches),
    requested: watch('requested', wiring.requested),
    scrapes: watch('scrapes', wiring.scrapes),
    metadata: watch('metadata', wiring.metadata),
    rejected: watch('rejected', wiring.rejected),
    x: watch('x', wiring.x),
  };
}

const SERVICES = { pagedispatch: createPageDispatch, getpage: createGetPage, getmetadata: createGetMetadata };

const target = config.FUNCTION_TARGET as Service;
const handle = SERVICES[target](config, watched(target));
cloudEvent(target, async (event: unknown) => {
  await (await handle)(event);
});
