import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BigQuery } from '@google-cloud/bigquery';
import { type Config, readConfig, SETTINGS } from '../../shared/config.ts';
import { createBigQuery } from '../../shared/warehouse/client.ts';
import { runningStack } from '../local/stack-file.ts';
import { Failure } from './errors.ts';

export interface GlobalOptions {
  data: string;
  project?: string;
  verbose?: boolean;
}

/** What a command works on. */
export interface Target {
  where: 'local stack' | 'local data' | 'Google Cloud';
  config: Config;
  bigquery: BigQuery;
  close(): Promise<void>;
}

/** The local stack where one is up, else the project that `--project` or GOOGLE_CLOUD_PROJECT names. */
export async function findTarget(options: GlobalOptions): Promise<Target> {
  const target = (await findCloud(options)) ?? (await findStack(options)) ?? (await findNamedProject());
  if (target) return target;
  throw new Failure(
    `no local stack is up (looked in ${resolve(options.data)}) and no Google Cloud project is named. Start one with "npx dodo local" in another terminal, or name a project with --project.`,
  );
}

/** Like findTarget; without a stack it opens the data that the last one left. */
export async function findReadable(options: GlobalOptions): Promise<Target> {
  const target = (await findCloud(options)) ?? (await findStack(options)) ?? (await findNamedProject());
  if (target) return target;
  const file = join(resolve(options.data), 'warehouse.duckdb');
  if (!existsSync(file))
    throw new Failure(
      `there is no data in ${resolve(options.data)} yet. Run "npm start" first, or name a project.`,
    );
  const { startBigQuery } = await import('../local/bigquery/start.ts');
  const plain = readConfig({});
  const server = await startBigQuery({ file, project: plain.GOOGLE_CLOUD_PROJECT });
  const config = { ...plain, BIGQUERY_EMULATOR_HOST: server.url };
  return { where: 'local data', config, bigquery: createBigQuery(config), close: () => server.close() };
}

async function findCloud({ project }: GlobalOptions): Promise<Target | undefined> {
  return project === undefined ? undefined : cloud({ ...readConfig(), GOOGLE_CLOUD_PROJECT: project });
}

async function findNamedProject(): Promise<Target | undefined> {
  const config = readConfig();
  return config.GOOGLE_CLOUD_PROJECT === SETTINGS.GOOGLE_CLOUD_PROJECT.default ? undefined : cloud(config);
}

async function findStack({ data }: GlobalOptions): Promise<Target | undefined> {
  const running = await runningStack(resolve(data));
  if (!running) return undefined;
  const config = readConfig(running.env);
  return {
    where: 'local stack',
    config,
    bigquery: createBigQuery(config),
    close: async () => undefined,
  };
}

async function cloud(config: Config): Promise<Target> {
  return {
    where: 'Google Cloud',
    config,
    bigquery: createBigQuery(config),
    close: async () => undefined,
  };
}
