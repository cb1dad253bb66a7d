import { expect, it } from 'vitest';
import { provision } from '../../infra/local/bigquery/provision.ts';
import { clientOf, PROJECT } from '../local/bigquery/client.ts';
import { dataFile, standInProcess } from '../local/support/process.ts';

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

async function start(file: string) {
  const started = await standInProcess('bigquery', '--data', file, '--project', PROJECT);
  return { ...started, bigquery: clientOf(started.url) };
}

it('loses no acknowledged row to kill -9, however often, and opens its file again at once', async () => {
  const file = await dataFile('warehouse.duckdb');
  let { bigquery, end, ended } = await start(file);
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
    ({ bigquery, end, ended } = await start(file));
    const [rows] = await bigquery.query('SELECT fetch_id FROM dodo.completed_scrapes');
    const stored = rows.map(({ fetch_id }) => fetch_id as string);
    expect(stored).toEqual(expect.arrayContaining([...acknowledged]));
    expect(new Set(stored).size).toBe(stored.length);
  }
  const [views] = await bigquery.query('SELECT COUNT(*) AS n FROM dodo.scrape_history');
  expect(views[0].n).toBeGreaterThanOrEqual(120);
});

it('changes rows once under one job id, whenever it is killed', async () => {
  const file = await dataFile('warehouse.duckdb');
  let { bigquery, end } = await start(file);
  const [dataset] = await bigquery.createDataset('dodo');
  await dataset.createTable('t', { schema: 'job:STRING' });
  const insert = (jobId: string) => {
    const query = `INSERT INTO dodo.t (job) VALUES ('${jobId}')`;
    return bigquery.createQueryJob({ query, jobId }).then(
      () => 'done',
      ({ code }) => (code === 409 ? 'found' : 'unknown'),
    );
  };
  for (let round = 0; round < 3; round++) {
    const ids = Array.from({ length: 8 }, (_, at) => `job_${round}_${at}`);
    const inserting = ids.map(insert);
    await Promise.race(inserting);
    await end('SIGKILL');
    const first = await Promise.all(inserting);
    ({ bigquery, end } = await start(file));
    const second = await Promise.all(ids.map(insert));
    for (const [at, outcome] of first.entries()) if (outcome === 'done') expect(second[at]).toBe('found');
    for (const id of ids) {
      const [{ statistics }] = await bigquery.job(id).getMetadata();
      expect(statistics.query.numDmlAffectedRows).toBe('1');
    }
  }
  const [jobs] = await bigquery.query('SELECT job FROM dodo.t');
  expect([jobs.length, new Set(jobs.map(({ job }) => job)).size]).toEqual([24, 24]);
});
