import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Config, readConfig } from '../../shared/config.ts';
import { createPubSub } from '../../shared/pubsub-client.ts';
import { createBigQuery } from '../../shared/warehouse/client.ts';
import type { LagSetting } from './bigquery/lag.ts';
import { provision } from './bigquery/provision.ts';
import { type Emulator, emulatorsIn } from './emulators.ts';
import { functionProcess } from './function-process.ts';
import { ROOT, type StackProcess, startProcess } from './process.ts';
import { forgetStack, rememberStack, runningStack, StackIsUp } from './stack-file.ts';
import { createTopics, LOCAL_BACKOFF, SERVICES, type Service, subscribe } from './topology.ts';
import { assertUsable } from './usable-emulator.ts';

/**
 * The whole road on one machine: stand-ins for Pub/Sub and BigQuery, the simulator of X, and the three functions under
 * the real functions-framework, one process each, all on 127.0.0.1. It leaves out what Google adds around a function:
 * scaling, cold starts, authentication, quotas. What else is left out stands in the header of what leaves it out.
 */
export interface Stack {
  /** For clients in this process: the same variables as in the cloud, other endpoints. */
  config: Config;
  env: Record<string, string>;
  processes: StackProcess[];
  /** Those of the settings that name an emulator which was up already, and which outlives the stack. */
  emulators: Emulator[];
  /** What an emulator does not do as the cloud does: sentences for the operator. */
  notices: string[];
  /** Resolves with the name of a process that ended although nobody stopped the stack. */
  broken: Promise<string>;
  /** Only where it was started with an offset: moves the time of all its processes so far from the system's. */
  moveTime(offsetMs: number): Promise<void>;
  stop(): Promise<void>;
}

export interface StackOptions {
  /** Where the data lies; kept from one start to the next. */
  dir: string;
  /** Settings of the functions, over the defaults. An address that they name is used instead of ours. */
  settings?: Record<string, string>;
  backoff?: typeof LOCAL_BACKOFF;
  /** Makes of the settings those that the functions get: a test's proxy steps in front of one. */
  through?: (env: Record<string, string>) => Promise<Record<string, string>>;
  /** How late our stand-in of BigQuery is; not at all, where a test does not ask for it. */
  lag?: LagSetting;
  /** The module that registers the functions; default: the one that is deployed. */
  functionSource?: string;
  /** How far the time of all its processes is from the system's; without it they have the system's, for good. */
  offsetMs?: number | undefined;
}

/** Starts everything, or nothing. Throws StackIsUp where one runs on the same data, and EmulatorUnusable. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const dir = resolve(options.dir);
  const logs = join(dir, 'logs');
  await mkdir(logs, { recursive: true });
  const up = await runningStack(dir);
  if (up) throw new StackIsUp(up.pid);
  const { settings = {} } = options;
  const emulators = emulatorsIn(settings);
  await Promise.all(emulators.map((name) => assertUsable(name, settings)));

  const processes: StackProcess[] = [];
  const starting: Promise<StackProcess>[] = [];
  const start = (name: string, args: string[], env: Record<string, string> = {}) => {
    const started = startProcess({ name, args, env, logs, offsetMs: options.offsetMs });
    starting.push(started);
    return started.then((each) => {
      processes.push(each);
      return each;
    });
  };
  const stop = async () => {
    await Promise.all(processes.map((each) => each.stop()));
    await forgetStack(dir);
  };
  try {
    const env = await startBackends(dir, options, start);
    const config = readConfig(env);
    await rememberStack(dir, env);
    const seen = options.through ? await options.through(env) : env;
    const notices = await startFunctions(config, seen, options, start);
    const broken = Promise.race(processes.map((each) => each.ended.then(() => each.name)));
    const moveTime = async (offsetMs: number) => {
      await Promise.all(processes.map((each) => each.moveTime(offsetMs)));
    };
    return { config, env, processes, emulators, notices, broken, moveTime, stop };
  } catch (error) {
    await Promise.allSettled(starting);
    await stop();
    throw error;
  }
}

type Start = (name: string, args: string[], env?: Record<string, string>) => Promise<StackProcess>;

async function startBackends(dir: string, { settings = {}, lag }: StackOptions, start: Start) {
  const { GOOGLE_CLOUD_PROJECT: project, X_CALLS_PER_WINDOW, X_WINDOW_SECONDS } = readConfig(settings);
  const main = (name: string) => join(ROOT, 'infra', 'local', name, 'main.ts');
  const late = lag ? ['--lag', JSON.stringify(lag)] : [];
  const limit = ['--calls-per-window', `${X_CALLS_PER_WINDOW}`, '--window-seconds', `${X_WINDOW_SECONDS}`];
  const warehouse = ['--data', join(dir, 'warehouse.duckdb'), '--project', project, ...late];
  const [pubsub, bigquery, x] = await Promise.all([
    settings.PUBSUB_EMULATOR_HOST
      ? undefined
      : start('pubsub', [main('pubsub'), '--data', join(dir, 'pubsub.sqlite')]),
    settings.BIGQUERY_EMULATOR_HOST ? undefined : start('bigquery', [main('bigquery'), ...warehouse]),
    settings.X_API_BASE_URL ? undefined : start('x', [main('x'), '--data', join(dir, 'x.json'), ...limit]),
  ]);
  return {
    ...settings,
    GOOGLE_CLOUD_PROJECT: project,
    ...(pubsub && { PUBSUB_EMULATOR_HOST: `127.0.0.1:${pubsub.port}` }),
    ...(bigquery && { BIGQUERY_EMULATOR_HOST: `http://127.0.0.1:${bigquery.port}` }),
    ...(x && { X_API_BASE_URL: `http://127.0.0.1:${x.port}`, X_BEARER_TOKEN: 'local-simulator' }),
  };
}

async function startFunctions(
  config: Config,
  env: Record<string, string>,
  { backoff = LOCAL_BACKOFF, functionSource }: StackOptions,
  start: Start,
): Promise<string[]> {
  const pubsub = createPubSub(config);
  const bigquery = createBigQuery(config);
  const startFunction = (service: Service) => {
    const { args, env: ofFunction } = functionProcess(service, env, { source: functionSource });
    return start(service, args, ofFunction);
  };
  const [, , ...functions] = await Promise.all([
    createTopics(pubsub, config),
    provision(bigquery, config.BIGQUERY_DATASET),
    ...SERVICES.map(startFunction),
  ]);
  // Only now: a message must not meet a table that is not there yet.
  const kept: number[] = [];
  for (const [index, { port }] of functions.entries())
    kept.push(
      await subscribe(pubsub, config, SERVICES[index] as Service, `http://127.0.0.1:${port}`, backoff),
    );
  await pubsub.close();
  const [days, asked] = [Math.min(...kept), config.RETENTION_DAYS];
  return days < asked
    ? [
        `The Pub/Sub emulator keeps messages for ${days} days, not for ${asked} as in the cloud: it takes no more.`,
      ]
    : [];
}
