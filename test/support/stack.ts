import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BigQuery } from '@google-cloud/bigquery';
import { type PlainRow, plainRows } from '../../infra/cli/target/rows.ts';
import { type Stack, type StackOptions, startStack } from '../../infra/local/stack.ts';
import { type Bus, createBus } from '../../shared/bus.ts';
import { systemClock } from '../../shared/clock.ts';
import { createPubSub } from '../../shared/pubsub-client.ts';
import { createBigQuery } from '../../shared/warehouse/client.ts';

/** A local stack for one test file, with the real clients connected to it. */
export interface TestStack {
  stack: Stack;
  dir: string;
  bus: Bus;
  bigquery: BigQuery;
  /** The simulator's controls: path under /_sim/, body for POST. */
  sim(path: string, body?: unknown): Promise<unknown>;
  select(sql: string): Promise<PlainRow[]>;
  /** Stops it; the data stays when `keep`. */
  stop(keep?: boolean): Promise<void>;
}

export async function startTestStack(options: Partial<StackOptions> = {}): Promise<TestStack> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'dodo-test-')));
  const stack = await startStack({ dir, backoff: { minimumSeconds: 0.05, maximumSeconds: 1 }, ...options });
  const { config } = stack;
  const [pubsub, bigquery] = [createPubSub(config), createBigQuery(config)] as const;
  const defaultDataset = { datasetId: config.BIGQUERY_DATASET, projectId: config.GOOGLE_CLOUD_PROJECT };
  return {
    stack,
    dir,
    bus: createBus(async () => pubsub, systemClock, config.PUBSUB_DEADLINE_MS),
    bigquery,
    async sim(path, body) {
      const post = { method: 'POST', body: JSON.stringify(body) };
      const response = await fetch(`${config.X_API_BASE_URL}/_sim/${path}`, body === undefined ? {} : post);
      if (!response.ok)
        throw new Error(`the simulator answered ${response.status}: ${await response.text()}`);
      return response.json();
    },
    async select(query) {
      const [rows] = await bigquery.query({ query, defaultDataset });
      return plainRows(rows);
    },
    async stop(keep = false) {
      await pubsub.close();
      await stack.stop();
      if (!keep) await rm(dir, { recursive: true, force: true });
    },
  };
}
