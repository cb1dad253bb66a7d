import { expect, it } from 'vitest';
import { provision } from '../../../infra/local/bigquery/provision.ts';
import { dataFile, standInProcess } from '../support/process.ts';
import { clientOf, PROJECT } from './client.ts';

const pageOf = (n: number) => ({
  run_id: 'r',
  job: 'j',
  dispatch_id: `d${n % 100}`,
  parent_id: `p${n % 100}`,
  parent_username: 'u',
  page_number: n,
  total_pages: 1,
  page_size: 1000,
  outcome: 'scraped',
  fetch_id: `f${n}`,
  friend_count: 1000,
  cost_usd: 10,
  dispatched_at: '2026-01-15T12:00:00Z',
  completed_at: '2026-01-15T12:00:00Z',
});

it('loses no acknowledged row to kill -9, however often, and opens its file again at once', async () => {
  const file = await dataFile('warehouse.duckdb');
  const start = async () => {
    const started = await standInProcess('bigquery', '--data', file, '--project', PROJECT);
    return { ...started, bigquery: clientOf(started.url) };
  };
  let { bigquery, end, ended } = await start();
  await provision(bigquery, 'dodo');
  const acknowledged = new Set<string>();
  let sent = 0;
  for (let round = 0; round < 3; round++) {
    const table = bigquery.dataset('dodo').table('completed_scrapes');
    const target = acknowledged.size + 40;
    const insertUntilKilled = async () => {
      for (;;) {
        const page = pageOf(sent++);
        await table.insert(page, { partialRetries: 0 });
        acknowledged.add(page.fetch_id);
        if (acknowledged.size === target) void end('SIGKILL');
      }
    };
    const inserting = [1, 2, 3, 4].map(() => insertUntilKilled().catch(() => undefined));
    await Promise.all([ended, ...inserting]);
    ({ bigquery, end, ended } = await start());
    const [rows] = await bigquery.query('SELECT fetch_id FROM dodo.completed_scrapes');
    const stored = rows.map(({ fetch_id }) => fetch_id as string);
    expect(stored).toEqual(expect.arrayContaining([...acknowledged]));
    expect(new Set(stored).size).toBe(stored.length);
  }
  const [views] = await bigquery.query('SELECT COUNT(*) AS n FROM dodo.scrape_history');
  expect(views[0].n).toBeGreaterThanOrEqual(120);
});
