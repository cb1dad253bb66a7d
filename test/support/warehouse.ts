import type { BigQuery } from '@google-cloud/bigquery';
import type { Lag } from '../../infra/local/bigquery/lag.ts';
import { provision } from '../../infra/local/bigquery/provision.ts';
import { startBigQuery } from '../../infra/local/bigquery/start.ts';
import { type Clock, systemClock } from '../../shared/clock.ts';
import { readConfig } from '../../shared/config.ts';
import type { WarehouseContext } from '../../shared/warehouse/client.ts';
import { createBigQuery } from '../../shared/warehouse/client.ts';
import type { PageRow } from '../../shared/warehouse/completed-scrapes.ts';

const DEFAULTS = readConfig({});

/**
 * The stand-in for BigQuery in this process, with all tables and views, and the real client connected to it. `lag`: how
 * late it is, by `clock`.
 */
export async function startWarehouse({
  project = DEFAULTS.GOOGLE_CLOUD_PROJECT,
  dataset = DEFAULTS.BIGQUERY_DATASET,
  ...late
}: {
  project?: string;
  dataset?: string;
  clock?: Clock;
  lag?: Lag;
} = {}): Promise<{
  /** The settings that lead to it, where the project is the usual one. */
  env: Record<string, string>;
  context: WarehouseContext;
  bigquery: BigQuery;
  select(query: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}> {
  const server = await startBigQuery({ file: ':memory:', project, ...late });
  const env = { BIGQUERY_EMULATOR_HOST: server.url, BIGQUERY_DATASET: dataset };
  const bigquery = createBigQuery(readConfig({ ...env, GOOGLE_CLOUD_PROJECT: project }));
  await provision(bigquery, dataset);
  const context = { bigquery, dataset, deadlineMs: 30_000, clock: systemClock };
  const defaultDataset = { datasetId: dataset, projectId: project };
  return {
    env,
    context,
    bigquery,
    select: async (query) => (await bigquery.query({ query, defaultDataset }))[0],
    close: () => server.close(),
  };
}

/** A row of `completed_scrapes`: the only page of a list of nobody, unless told otherwise. */
export function pageRow(more: Partial<PageRow> = {}): PageRow {
  return {
    run_id: 'run',
    job: 'job',
    dispatch_id: 'dispatch',
    parent_id: '1600000000000000001',
    parent_username: 'alice',
    grandparent_id: null,
    grandparent_username: null,
    page_number: 1,
    total_pages: 1,
    page_size: 1000,
    max_friends: 1000,
    friends_count: 0,
    outcome: 'scraped',
    reason: null,
    page_token: null,
    next_token: null,
    fetch_id: 'fetch',
    lineage: [],
    friend_count: 0,
    friends: [],
    unknown_friends: [],
    unreadable_friends: 0,
    charged: more.friend_count ?? 0,
    problems: [],
    ...{ mode: 'full', mode_reason: null, check: null, list_order: null },
    cost_usd: 0,
    message_id: '1',
    dispatched_at: '2026-01-15T12:00:00.000Z',
    completed_at: '2026-01-15T12:00:01.000Z',
    ...more,
  };
}
