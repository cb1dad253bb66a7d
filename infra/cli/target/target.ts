import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BigQuery } from '@google-cloud/bigquery';
import { type Config, readConfig, SETTINGS } from '../../../shared/config.ts';
import type { Stack } from '../../local/stack.ts';
import { runningStack } from '../../local/stack-file.ts';
import { Failure } from '../terminal/errors.ts';
import { isLoopback, type WhichX, whichXIn } from './which-x.ts';

export interface GlobalOptions {
  data: string;
  project?: string;
  verbose?: boolean;
}

/** What a command works on. */
export interface Target {
  where: 'local stack' | 'local data' | 'Google Cloud';
  /** Whose accounts it is about: what is fetched of the real ones is paid for. */
  x: WhichX;
  /** Where the logs of a local stack lie; undefined for Google Cloud. */
  logs?: string;
  config: Config;
  bigquery: BigQuery;
  close(): Promise<void>;
}

/** The local stack where one is up, else the project that `--project` or GOOGLE_CLOUD_PROJECT names. */
export async function findTarget(options: GlobalOptions): Promise<Target> {
  const target = await findRunning(options);
  if (target) return target;
  throw new Failure(
    `no local stack is up (looked in ${resolve(options.data)}) and no Google Cloud project is named. Start one with "npx dodo local" in another terminal, or name a project with --project.`,
  );
}

/** Like findTarget; without a stack it opens the data that the last one left, here or in the operator's emulator. */
export async function findReadable(options: GlobalOptions): Promise<Target> {
  const target = await findRunning(options);
  if (target) return target;
  const dir = resolve(options.data);
  const file = join(dir, 'warehouse.duckdb');
  const named = readConfig();
  if (named.BIGQUERY_EMULATOR_HOST !== '') return stackData(dir, named, async () => {});
  if (!existsSync(file))
    throw new Failure(`there is no data in ${dir} yet. Run "npm start" first, or name a project.`);
  const { startBigQuery } = await import('../../local/bigquery/start.ts');
  const plain = readConfig({});
  const server = await startBigQuery({ file, project: plain.GOOGLE_CLOUD_PROJECT });
  const config = { ...plain, BIGQUERY_EMULATOR_HOST: server.url };
  return stackData(dir, config, () => server.close());
}

async function stackData(dir: string, config: Config, close: () => Promise<void>): Promise<Target> {
  const logs = join(dir, 'logs');
  return { where: 'local data', x: whichXIn(dir), logs, config, bigquery: await connect(config), close };
}

/** Runs `work` on what was found, and closes it however that ends. */
export async function withTarget<T>(target: Target, work: (target: Target) => Promise<T>): Promise<T> {
  try {
    return await work(target);
  } finally {
    await target.close();
  }
}

async function findRunning({ data, project }: GlobalOptions): Promise<Target | undefined> {
  if (project !== undefined) return cloud({ ...readConfig(), GOOGLE_CLOUD_PROJECT: project });
  const stack = await findStack(resolve(data));
  if (stack) return stack;
  const config = readConfig();
  return config.GOOGLE_CLOUD_PROJECT === SETTINGS.GOOGLE_CLOUD_PROJECT.default ? undefined : cloud(config);
}

async function findStack(dir: string): Promise<Target | undefined> {
  const running = await runningStack(dir);
  if (!running) return undefined;
  return stackTarget(readConfig(running.env), dir);
}

/** A stack that is up, on the data in `dir`. */
export async function stackTarget(config: Config, dir: string): Promise<Target> {
  const x = isLoopback(config.X_API_BASE_URL) ? 'simulated' : 'real';
  const logs = join(dir, 'logs');
  return { where: 'local stack', x, logs, config, bigquery: await connect(config), close: async () => {} };
}

async function cloud(config: Config): Promise<Target> {
  if (config.BIGQUERY_EMULATOR_HOST === '' || config.PUBSUB_EMULATOR_HOST === '')
    await assertCredentials(config.GOOGLE_CLOUD_PROJECT);
  return { where: 'Google Cloud', x: 'real', config, bigquery: await connect(config), close: async () => {} };
}

/** The client takes its time to load, which "--help" and a mistyped option need not wait for. */
async function connect(config: Config): Promise<BigQuery> {
  const { createBigQuery } = await import('../../../shared/warehouse/client.ts');
  return createBigQuery(config);
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

/** Never resolves; throws Failure as soon as a process of the stack has ended by itself. */
export async function assertWhole({ broken }: Pick<Stack, 'broken'>, data: string): Promise<never> {
  const name = await broken;
  throw new Failure(
    `the process ${name} ended. See ${data}/logs/${name}.log; nothing is lost, the next start goes on where it was.`,
  );
}
