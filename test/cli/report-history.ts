import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { vi } from 'vitest';
import { provision } from '../../infra/local/bigquery/provision.ts';
import { startBigQuery } from '../../infra/local/bigquery/start.ts';
import { readConfig } from '../../shared/config.ts';
import { createBigQuery } from '../../shared/warehouse/client.ts';
import { DAY, noRows, observation, type PageSketch, page, plan, type Rows, TABLES } from '../views/rows.ts';

/** A folder as a stopped stack leaves it: the stand-in's file with these rows. */
export async function folderWith(rows: Rows): Promise<{ dir: string; remove(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'dodo-history-'));
  const plain = readConfig({});
  const server = await startBigQuery({
    file: join(dir, 'warehouse.duckdb'),
    project: plain.GOOGLE_CLOUD_PROJECT,
  });
  const bigquery = await createBigQuery({ ...plain, BIGQUERY_EMULATOR_HOST: server.url });
  const dataset = plain.BIGQUERY_DATASET;
  await provision(bigquery, dataset);
  for (const table of TABLES)
    if (rows[table].length > 0) await bigquery.dataset(dataset).table(table).insert(rows[table]);
  await server.close();
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}

/** Runs a command as the operator would, and returns what it printed. Throws what `dodo` turns into exit codes. */
export async function runDodo(command: () => Command, dir: string, ...args: string[]): Promise<string> {
  const dodo = new Command('dodo')
    .option('--data <dir>')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  dodo.addCommand(command().copyInheritedSettings(dodo));
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    await dodo.parseAsync(['--data', dir, command().name(), ...args], { from: 'user' });
    return log.mock.calls.map((line) => line.join(' ')).join('\n');
  } finally {
    log.mockRestore();
  }
}

/** One scrape of one parent's whole list, in one page. */
function scrape(dispatch: string, parent: string, daysAgo: number, friends: PageSketch['friends'] = []) {
  const of = { dispatch, parent, ago: daysAgo * DAY, run: `run ${daysAgo}` };
  return {
    plan: plan(of),
    page: page({ ...of, fetch: `fetch of ${dispatch}`, friends, at: daysAgo * DAY - 10 }),
  };
}

/**
 * Parent 1 is read on three days: ann leaves (suspended), cy comes, then bob leaves (nobody asked why) and ann is
 * back. Parent 2 is read once, parent 3 not at all.
 */
export function history(): Rows {
  const rows = noRows();
  for (const { plan, page } of [
    scrape('a1', '1', 5, [
      ['10', 'ann'],
      ['11', 'bob'],
    ]),
    scrape('a2', '1', 4, [
      ['11', 'bob'],
      ['12', 'cy'],
    ]),
    scrape('a3', '1', 3, [
      ['12', 'cy'],
      ['10', 'ann'],
    ]),
    scrape('b1', '2', 3, [['11', 'bob']]),
  ]) {
    rows.dispatches.push(plan);
    rows.completed_scrapes.push(page);
  }
  const unread = { dispatch: 'c1', parent: '3', ago: 3 * DAY, run: 'run 3' };
  rows.dispatches.push(
    plan(unread, { status: 'over_budget', reason: 'past the daily budget', lookup_cost_usd: 0 }),
  );
  const question = { dispatch: 'a2', role: 'vanished_friend', id: '10', at: 4 * DAY - 60 };
  rows.account_metadata.push(observation(question, { status: 'suspended' }));
  return rows;
}
