/**
 * The three functions as functions/index.ts registers them, with their real ports; the process kills itself at the
 * named point that a test has armed.
 */
import { cloudEvent } from '@google-cloud/functions-framework';
import { getMetadata } from '../../../functions/getmetadata/handler.ts';
import { createPorts as portsOfGetMetadata } from '../../../functions/getmetadata/index.ts';
import { getPage } from '../../../functions/getpage/handler.ts';
import { createPorts as portsOfGetPage } from '../../../functions/getpage/index.ts';
import { pageDispatch } from '../../../functions/pagedispatch/handler.ts';
import { createPorts as portsOfPageDispatch } from '../../../functions/pagedispatch/index.ts';
import { readConfig } from '../../../shared/config.ts';
import { createX } from '../../../shared/x/client.ts';
import { createLookupBatcher } from '../../../shared/x/lookup-batch.ts';
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

/** `ports` with those among them watched that have effects. */
function watched<P extends object>(service: Service, ports: P): P {
  const effects = ['bus', 'dispatches', 'scrapes', 'metadata', 'rejected', 'x'];
  const entries = Object.entries(ports).map(([name, port]) => [
    name,
    effects.includes(name) ? withCrashPoints(service, name, port, reach) : port,
  ]);
  return Object.fromEntries(entries) as P;
}

function watchedGetMetadata() {
  const ports = portsOfGetMetadata(config);
  const { X_API_BASE_URL: baseUrl, X_BEARER_TOKEN: bearerToken, X_DEADLINE_MS: deadlineMs } = config;
  // X is behind the port that gathers look-ups.
  const { x } = watched('getmetadata', {
    x: createX({ baseUrl, bearerToken, deadlineMs, clock: ports.clock }),
  });
  const { gates, clock } = ports;
  return watched('getmetadata', { ...ports, lookups: createLookupBatcher({ x, gates, clock }) });
}

const start: Record<Service, () => (event: unknown) => Promise<unknown>> = {
  pagedispatch: () => {
    const ports = watched('pagedispatch', portsOfPageDispatch(config));
    return (event) => pageDispatch(event, ports);
  },
  getpage: () => {
    const ports = watched('getpage', portsOfGetPage(config));
    return (event) => getPage(event, ports);
  },
  getmetadata: () => {
    const ports = watchedGetMetadata();
    return (event) => getMetadata(event, ports);
  },
};

const target = config.FUNCTION_TARGET as Service;
const handle = start[target]();
cloudEvent(target, async (event: unknown) => {
  await handle(event);
});
