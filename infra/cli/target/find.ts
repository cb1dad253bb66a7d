import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Clock } from '../../../shared/clock.ts';
import { type Config, readConfig, SETTINGS } from '../../../shared/config.ts';
import { runningStack } from '../../local/stack-file.ts';
import { Failure } from '../terminal/errors.ts';
import { commandOn, optionsNaming, startOn } from './again.ts';
import type { Surroundings, Target } from './target.ts';
import { whichXAt, whichXIn } from './which-x.ts';

/** Where a target is looked for. */
type Around = Pick<Surroundings, 'env' | 'clock' | 'globals'>;

/** The local stack where one is up, else the project that `--project` or GOOGLE_CLOUD_PROJECT names. */
export async function findRunning(around: Around): Promise<Target> {
  const target = await runningOrNone(around);
  if (target) return target;
  throw new Failure(
    `no local stack is up (looked in ${resolve(around.globals.data)}) and no Google Cloud project is named. Start one with "${commandOn({ options: optionsNaming(around.globals) }, 'local')}" in another terminal, or name a project with --project.`,
  );
}

/** Like findRunning; without a stack it opens the data that the last one left, however far that has come, here or in the operator's emulator. */
export async function findReadable(around: Around): Promise<Target> {
  const { env, clock, globals } = around;
  const running = await runningOrNone(around);
  if (running) return running;
  const dir = resolve(globals.data);
  const file = join(dir, 'warehouse.duckdb');
  const named = readConfig(env);
  const options = optionsNaming(globals);
  const local = (config: Config, close: () => Promise<void>) =>
    targetAt('local data', {
      ...{ config, clock, x: whichXIn(dir), logs: join(dir, 'logs'), close },
      options,
    });
  if (named.BIGQUERY_EMULATOR_HOST !== '') return local(named, async () => {});
  if (!existsSync(file))
    throw new Failure(
      `there is no data in ${dir} yet. Run "${startOn({ options })}" first, or name a project.`,
    );
  const { startBigQuery } = await import('../../local/bigquery/start.ts');
  const plain = readConfig({});
  const server = await startBigQuery({ file, project: plain.GOOGLE_CLOUD_PROJECT });
  const left = await local({ ...plain, BIGQUERY_EMULATOR_HOST: server.url }, () => server.close());
  // A start that was interrupted, or that of an older version, has left other tables and views than these.
  const { provision } = await import('../../local/bigquery/provision.ts');
  await provision(left.bigquery, plain.BIGQUERY_DATASET);
  return left;
}

async function runningOrNone({ env, clock, globals }: Around): Promise<Target | undefined> {
  const { data, project } = globals;
  if (project !== undefined)
    return cloud({ ...readConfig(env), GOOGLE_CLOUD_PROJECT: project }, clock, optionsNaming(globals));
  const stack = await runningStack(resolve(data));
  if (stack) return stackTarget(readConfig(stack.env), data, clock);
  const config = readConfig(env);
  const isNamed = config.GOOGLE_CLOUD_PROJECT !== SETTINGS.GOOGLE_CLOUD_PROJECT.default;
  return isNamed ? cloud(config, clock, '') : undefined;
}

/** A stack that is up, on that data. */
export const stackTarget = (config: Config, data: string, clock: Clock): Promise<Target> =>
  targetAt('local stack', {
    config,
    clock,
    x: whichXAt(config.X_API_BASE_URL),
    logs: join(resolve(data), 'logs'),
    options: optionsNaming({ data }),
  });

async function cloud(config: Config, clock: Clock, options: string): Promise<Target> {
  if (config.BIGQUERY_EMULATOR_HOST === '' || config.PUBSUB_EMULATOR_HOST === '')
    await assertCredentials(config.GOOGLE_CLOUD_PROJECT);
  return targetAt('Google Cloud', { config, clock, x: 'real', options });
}

async function targetAt(
  where: Target['where'],
  of: Pick<Target, 'config' | 'clock' | 'x' | 'logs' | 'options'> & Partial<Pick<Target, 'close'>>,
): Promise<Target> {
  // The client takes its time to load, which "--help" and a mistyped option need not wait for.
  const { createBigQuery } = await import('../../../shared/warehouse/client.ts');
  return { close: async () => {}, ...of, where, bigquery: createBigQuery(of.config) };
}

/** Without them the client sends its requests all the same, and what Google answers then helps nobody. */
async function assertCredentials(project: string): Promise<void> {
  const { GoogleAuth } = await import('google-auth-library');
  try {
    await new GoogleAuth().getClient();
  } catch (error) {
    const why = (error as Error).message.split('\n')[0];
    throw new Failure(
      `no credentials for the Google Cloud project ${project} (${why}). Run "gcloud auth application-default login", or name a key file in GOOGLE_APPLICATION_CREDENTIALS.`,
    );
  }
}
