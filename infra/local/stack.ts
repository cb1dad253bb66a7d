import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { type Config, readConfig } from '../../shared/config.ts';
import { createPubSub } from '../../shared/pubsub-client.ts';
import { createBigQuery } from '../../shared/warehouse/client.ts';
import { provision } from './bigquery/provision.ts';
import { ROOT, type StackProcess, startProcess } from './process.ts';
import { forgetStack, rememberStack, runningStack, StackIsUp } from './stack-file.ts';
import { createTopics, LOCAL_BACKOFF, SERVICES, type Service, subscribe } from './topology.ts';

/**
 * The whole road on one machine: stand-ins for Pub/Sub, BigQuery and X, and the three functions under the real
 * functions-framework, one process each, all on 127.0.0.1. It leaves out what Google adds around a function:
 * scaling, cold starts, authentication, quotas. What each stand-in leaves out stands in its own header.
 */
export interface Stack {
  /** For clients in this process: the same variables as in the cloud, other endpoints. */
  config: Config;
  env: Record<string, string>;
  processes: StackProcess[];
  /** Resolves with the name of a process that ended although nobody stopped the stack. */
  broken: Promise<string>;
  stop(): Promise<void>;
}

export interface StackOptions {
  /** Where the data lies; kept from one start to the next. */
  dir: string;
  /** Settings of the functions, over the defaults. */
  settings?: Record<string, string>;
  backoff?: typeof LOCAL_BACKOFF;
  /** Makes of the settings those that the functions get: a test's proxy steps in front of a stand-in. */
  through?: (env: Record<string, string>) => Promise<Record<string, string>>;
}

const FRAMEWORK = createRequire(import.meta.url)
  .resolve('@google-cloud/functions-framework')
  .replace(/index\.js$/, 'main.js');

/** Of each function's instance in the cloud: infra/terraform/services.tf. */
const MEMORY_MIB: Record<Service, number> = { pagedispatch: 512, getpage: 1024, getmetadata: 512 };

/**
 * V8 sizes its heap by the memory that it finds. In a container of that size it allows itself half of it, and a young
 * generation of a few MiB; here it would find the whole machine, and let garbage grow to several times of that.
 */
const heapOf = (service: Service) => [
  `--max-old-space-size=${MEMORY_MIB[service] / 2}`,
  '--max-semi-space-size=4',
];

/** Starts everything, or nothing. Throws StackIsUp where one runs on the same data. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const dir = resolve(options.dir);
  const logs = join(dir, 'logs');
  await mkdir(logs, { recursive: true });
  const up = await runningStack(dir);
  if (up) throw new StackIsUp(up.pid);

  const processes: StackProcess[] = [];
  const starting: Promise<StackProcess>[] = [];
  const start = (name: string, args: string[], env: Record<string, string> = {}) => {
    const started = startProcess({ name, args, env, logs });
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
    const env = await startStandIns(dir, options.settings ?? {}, start);
    const config = readConfig(env);
    await rememberStack(dir, env);
    const seen = options.through ? await options.through(env) : env;
    await startFunctions(config, seen, options.backoff ?? LOCAL_BACKOFF, start);
    const broken = Promise.race(processes.map((each) => each.ended.then(() => each.name)));
    return { config, env, processes, broken, stop };
  } catch (error) {
    await Promise.allSettled(starting);
    await stop();
    throw error;
  }
}

type Start = (name: string, args: string[], env?: Record<string, string>) => Promise<StackProcess>;

async function startStandIns(dir: string, settings: Record<string, string>, start: Start) {
  const project = readConfig(settings).GOOGLE_CLOUD_PROJECT;
  const main = (name: string) => join(ROOT, 'infra', 'local', name, 'main.ts');
  const [pubsub, bigquery, x] = await Promise.all([
    start('pubsub', [main('pubsub'), '--data', join(dir, 'pubsub.sqlite')]),
    start('bigquery', [main('bigquery'), '--data', join(dir, 'warehouse.duckdb'), '--project', project]),
    settings.X_API_BASE_URL ? undefined : start('x', [main('x'), '--data', join(dir, 'x.json')]),
  ]);
  return {
    ...settings,
    GOOGLE_CLOUD_PROJECT: project,
    PUBSUB_EMULATOR_HOST: `127.0.0.1:${pubsub.port}`,
    BIGQUERY_EMULATOR_HOST: `http://127.0.0.1:${bigquery.port}`,
    ...(x && { X_API_BASE_URL: `http://127.0.0.1:${x.port}`, X_BEARER_TOKEN: 'local-simulator' }),
  };
}

async function startFunctions(
  config: Config,
  env: Record<string, string>,
  backoff: typeof LOCAL_BACKOFF,
  start: Start,
) {
  const pubsub = createPubSub(config);
  const bigquery = createBigQuery(config);
  const preload = join(ROOT, 'infra', 'local', 'loopback.ts');
  const startFunction = (service: Service) =>
    start(service, [...heapOf(service), '--import', preload, FRAMEWORK], {
      ...env,
      FUNCTION_TARGET: service,
      FUNCTION_SOURCE: join(ROOT, 'functions', 'index.ts'),
      PORT: '0',
    });
  const [, , ...functions] = await Promise.all([
    createTopics(pubsub, config),
    provision(bigquery, config.BIGQUERY_DATASET),
    ...SERVICES.map(startFunction),
  ]);
  // Only now: a message must not meet a table that is not there yet.
  for (const [index, { port }] of functions.entries())
    await subscribe(pubsub, config, SERVICES[index] as Service, `http://127.0.0.1:${port}`, backoff);
  await pubsub.close();
}
