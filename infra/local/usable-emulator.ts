import { type Clock, systemClock } from '../../shared/clock.ts';
import { type Config, readConfig } from '../../shared/config.ts';
import { withDeadline } from '../../shared/deadline.ts';
import { createPubSub } from '../../shared/pubsub-client.ts';
import { createBigQuery } from '../../shared/warehouse/client.ts';
import { answersAt, EMULATORS, type Emulator, EmulatorUnusable, isLoopbackName } from './emulators.ts';

/** Throws EmulatorUnusable. Somewhere else it could not push to functions, which listen on 127.0.0.1 only. */
export async function assertUsable(
  name: Emulator,
  settings: Record<string, string>,
  clock: Clock = systemClock,
): Promise<void> {
  const address = settings[name] ?? '';
  const what = `${name} is "${address}"`;
  const instead = 'or unset it, and the stack starts its own';
  const url = addressOf(name, address);
  if (url === undefined)
    throw new EmulatorUnusable(
      `${what}, but must be ${name.startsWith('P') ? 'host:port' : 'http://host:port'}. Correct it, ${instead}.`,
    );
  if (!isLoopbackName(url.hostname))
    throw new EmulatorUnusable(
      `${what}, which is not this machine, and the local stack is reachable from nowhere else. Name an emulator on 127.0.0.1, ${instead}.`,
    );
  if (!(await answersAt(url)))
    throw new EmulatorUnusable(`${what}, but nothing answers there. Start that emulator, ${instead}.`);
  if (!(await isWhatItIsCalled(name, settings, clock)))
    throw new EmulatorUnusable(
      `${what}, but what answers there is no ${EMULATORS[name]}. Name the port of that emulator, ${instead}.`,
    );
}

/** The client of BigQuery uses its setting as it is, so a scheme is part of it; that of Pub/Sub takes none. */
function addressOf(name: Emulator, address: string): URL | undefined {
  const text = name === 'PUBSUB_EMULATOR_HOST' ? `http://${address}` : address;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'http:' && url.port !== '' && url.pathname === '/' ? url : undefined;
}

const ANSWERS_WITHIN_MS = 8000;

/** Whether it answers the simplest question of all as its service does. */
async function isWhatItIsCalled(name: Emulator, settings: Record<string, string>, clock: Clock) {
  const config = readConfig(settings);
  return name === 'PUBSUB_EMULATOR_HOST' ? listsTopics(config) : listsDatasets(config, clock);
}

/** The client would ask for a minute, and not say what it gets. */
async function listsTopics(config: Config): Promise<boolean> {
  const pubsub = createPubSub(config);
  const gaxOpts = { autoPaginate: false, pageSize: 1, timeout: ANSWERS_WITHIN_MS, retry: null };
  try {
    await pubsub.getTopics({ gaxOpts });
    return true;
  } catch {
    return false;
  } finally {
    await pubsub.close();
  }
}

/** An error in BigQuery's words is an answer too: that a project is not there is told by whoever needs it. */
async function listsDatasets(config: Config, clock: Clock): Promise<boolean> {
  const bigquery = createBigQuery(config);
  try {
    const [, , answer] = await withDeadline(clock, ANSWERS_WITHIN_MS, 'BigQuery', () =>
      bigquery.getDatasets({ autoPaginate: false }),
    );
    return answer?.kind !== undefined || 'datasets' in Object(answer);
  } catch (error) {
    const { errors } = error as { errors?: { reason?: unknown }[] };
    return errors?.some(({ reason }) => typeof reason === 'string') ?? false;
  }
}
