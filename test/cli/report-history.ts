import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BigQuery } from '@google-cloud/bigquery';
import { Command } from 'commander';
import { vi } from 'vitest';
import { provision } from '../../infra/local/bigquery/provision.ts';
import { startBigQuery } from '../../infra/local/bigquery/start.ts';
import { readConfig } from '../../shared/config.ts';
import { createBigQuery } from '../../shared/warehouse/client.ts';
import { DAY, noRows, observation, page, plan, type Row, type Rows, TABLES } from '../views/rows.ts';

/** A folder as a stopped stack leaves it: the stand-in's file, with the tables and views and no rows. */
export async function emptyFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'dodo-history-'));
  await withWarehouse(dir, provision);
  return dir;
}

export const removeFolder = (dir: string): Promise<void> => rm(dir, { recursive: true, force: true });

export const fill = (dir: string, rows: Rows): Promise<void> =>
  withWarehouse(dir, async (bigquery, dataset) => {
    for (const name of TABLES)
      if (rows[name].length > 0) await bigquery.dataset(dataset).table(name).insert(rows[name]);
  });

async function withWarehouse(
  dir: string,
  work: (bigquery: BigQuery, dataset: string) => Promise<unknown>,
): Promise<void> {
  const { GOOGLE_CLOUD_PROJECT: project, BIGQUERY_DATASET: dataset } = readConfig({});
  const server = await startBigQuery({ file: join(dir, 'warehouse.duckdb'), project });
  try {
    await work(await createBigQuery(readConfig({ BIGQUERY_EMULATOR_HOST: server.url })), dataset);
  } finally {
    await server.close();
  }
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

/** One scrape of one parent's whole list in one page; `name` is that of the last friend. */
function scrape(
  dispatch: string,
  parent: string,
  daysAgo: number,
  friends: [string, string][],
  { name, username = `parent${parent}` }: { name?: string; username?: string } = {},
) {
  const of = { dispatch, parent, ago: daysAgo * DAY, run: `run ${daysAgo}` };
  const row = page({ ...of, fetch: `fetch of ${dispatch}`, friends, at: daysAgo * DAY - 10 });
  const listed = row.friends as Row[];
  if (name !== undefined) Object.assign(listed.at(-1) ?? {}, { name });
  return { plan: plan(of, { parent_username: username }), page: { ...row, parent_username: username } };
}

/**
 * Parent 1 is read on three days: ann leaves (suspended), cy comes, then bob leaves (nobody asked why) and ann is
 * back. Parent 2 is read once, parent 3 not at all; parent 4 changes its name and follows somebody whose name is
 * a weapon.
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
    scrape('d1', '4', 5, [['11', 'bob']]),
    scrape(
      'd2',
      '4',
      4,
      [
        ['11', 'bob'],
        ['13', 'dee'],
      ],
      { name: '\u001b[2J\u202e<b>Dee' },
    ),
    scrape('d3', '4', 3, [['13', 'dee']], { username: 'renamed' }),
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

/** Parents in whose lists nothing has changed so far. */
export function listsReadOnce(parents: number): Rows {
  const rows = noRows();
  for (let number = 0; number < parents; number++) {
    const { plan, page } = scrape(`once ${number}`, String(100 + number), 2, [['11', 'bob']]);
    rows.dispatches.push(plan);
    rows.completed_scrapes.push(page);
  }
  return rows;
}
