import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { provision } from '../../../infra/local/bigquery/provision.ts';
import { clientOf, PROJECT } from './client.ts';

const MAIN = join(import.meta.dirname, '../../../infra/local/bigquery/main.ts');
let folder = '';
let running: ChildProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigquery-'));
});
afterEach(async () => {
  if (running?.exitCode === null && running.signalCode === null) await ended('SIGKILL');
  await rm(folder, { recursive: true });
});

async function start() {
  const args = [MAIN, '--data', join(folder, 'warehouse.duckdb'), '--project', PROJECT];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  running = child;
  const [[message], [line]] = await Promise.all([
    once(child, 'message'),
    once(child.stdout as Readable, 'data'),
  ]);
  return { bigquery: clientOf(`http://127.0.0.1:${message.port}`), port: message.port, line: String(line) };
}

async function ended(signal: NodeJS.Signals): Promise<[number | null, string | null]> {
  const exit = once(running as ChildProcess, 'exit');
  running?.kill(signal);
  return (await exit) as [number | null, string | null];
}

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
  let { bigquery } = await start();
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
        if (acknowledged.size === target) running?.kill('SIGKILL');
      }
    };
    const exit = once(running as ChildProcess, 'exit');
    const inserting = [1, 2, 3, 4].map(() => insertUntilKilled().catch(() => undefined));
    await Promise.all([exit, ...inserting]);
    ({ bigquery } = await start());
    const [rows] = await bigquery.query('SELECT fetch_id FROM dodo.completed_scrapes');
    const stored = rows.map(({ fetch_id }) => fetch_id as string);
    expect(stored).toEqual(expect.arrayContaining([...acknowledged]));
    expect(new Set(stored).size).toBe(stored.length);
  }
  const [views] = await bigquery.query('SELECT COUNT(*) AS n FROM dodo.scrape_history');
  expect(views[0].n).toBeGreaterThanOrEqual(120);
});

it('says where it listens, ends cleanly on SIGTERM, and never outlives its parent', async () => {
  const { port, line, bigquery } = await start();
  expect(JSON.parse(line)).toEqual({ severity: 'INFO', message: 'bigquery listening', port });
  await bigquery.createDataset('kept');
  expect(await ended('SIGTERM')).toEqual([0, null]);
  const again = await start();
  expect(await again.bigquery.dataset('kept').exists()).toEqual([true]);
  const exit = once(running as ChildProcess, 'exit');
  running?.disconnect();
  expect(await exit).toEqual([0, null]);
});
