import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Lag, lagOf } from '../../../infra/local/bigquery/lag.ts';
import { startBigQuery } from '../../../infra/local/bigquery/start.ts';
import { DrivenClock } from '../../support/driven-clock.ts';
import { dataFile } from '../support/process.ts';
import { clientOf, PROJECT } from './client.ts';

const clock = new DrivenClock(Date.UTC(2026, 0, 15, 12));
const server = await startBigQuery({ file: ':memory:', project: PROJECT, clock });
const bigquery = clientOf(server.url);
const [dataset] = await bigquery.createDataset('lab');
afterAll(() => server.close());

it('a dataset and a table tell when they were made', async () => {
  const creationTime = String(clock.now());
  await dataset.createTable('made', { schema: 'a:INTEGER' });
  for (const each of [dataset, dataset.table('made')])
    expect((await each.getMetadata())[0]).toMatchObject({ creationTime });
});

it('a view asks for the time of the query', async () => {
  const view = 'SELECT CURRENT_DATE() AS day, UNIX_MILLIS(CURRENT_TIMESTAMP()) AS ms';
  await dataset.createTable('today', { view });
  const today = async () => (await bigquery.query('SELECT CAST(day AS STRING) AS day, ms FROM lab.today'))[0];
  expect(await today()).toEqual([{ day: '2026-01-15', ms: clock.now() }]);
  await clock.advance(24 * 3_600_000);
  expect(await today()).toEqual([{ day: '2026-01-16', ms: clock.now() }]);
});

it('a row with a known insert id is stored once, for about a minute', async () => {
  const [table] = await dataset.createTable('keyed', { schema: 'id:INTEGER' });
  const raw = (id: number, insertId?: string) => ({ json: { id }, ...(insertId && { insertId }) });
  const insert = (...rows: object[]) => table.insert(rows, { raw: true });
  const stored = async () =>
    (await bigquery.query('SELECT id FROM lab.keyed ORDER BY id'))[0].map((row) => row.id);
  await insert(raw(1, 'a'), raw(1, 'a'), raw(2, 'b'));
  await Promise.all([insert(raw(1, 'a')), insert(raw(3, 'c')), insert(raw(3, 'c'))]);
  expect(await stored()).toEqual([1, 2, 3]);
  await insert(raw(4), raw(4));
  await clock.advance(61_000);
  await insert(raw(1, 'a'));
  expect(await stored()).toEqual([1, 1, 2, 3, 4, 4]);
});

describe('as late as BigQuery', () => {
  /** On a file of its own, so that it can be started again on what it has stored. */
  async function late(lag: Lag) {
    const options = { file: await dataFile('warehouse.duckdb'), project: PROJECT, clock, lag };
    let running = await startBigQuery(options);
    onTestFinished(() => running.close());
    const restart = async () => {
      await running.close();
      running = await startBigQuery(options);
    };
    const client = () => clientOf(running.url);
    await client().createDataset('lab');
    await client().dataset('lab').createTable('t', { schema: 'id:INTEGER' });
    const table = () => client().dataset('lab').table('t');
    const ids = async () => (await client().query('SELECT id FROM lab.t ORDER BY id'))[0].map(({ id }) => id);
    return { client, table, ids, restart };
  }

  it('a streamed row is seen when its time has come, also after a restart', async () => {
    const lags = [0, 5_000, 120_000, 120_000];
    const { table, ids, restart } = await late({ rowMs: () => lags.shift() ?? 0, columnMs: 0 });
    await table().insert([{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }]);
    expect(await ids()).toEqual([1]);
    await clock.advance(4_999);
    expect(await ids()).toEqual([1]);
    await clock.advance(1);
    expect(await ids()).toEqual([1, 2]);
    await restart();
    expect(await ids()).toEqual([1, 2]);
    await clock.advance(115_000);
    expect(await ids()).toEqual([1, 2, 3, 4]);
    expect((await table().getRows())[0]).toHaveLength(4);
  });

  it('its insert id counts from when it was acknowledged', async () => {
    const { table, ids } = await late({ rowMs: () => 10_000, columnMs: 0 });
    const row = { insertId: 'a', json: { id: 1 } };
    for (const _ of [1, 2]) await table().insert([row], { raw: true });
    await clock.advance(10_000);
    expect(await ids()).toEqual([1]);
  });

  it('a row of a statement is seen at once', async () => {
    const { client, ids } = await late({ rowMs: () => 120_000, columnMs: 0 });
    await client().query('INSERT INTO lab.t (id) VALUES (1)');
    expect(await ids()).toEqual([1]);
  });

  it('a row of a table that is gone, or has grown meanwhile, holds up nothing', async () => {
    const { client, table, ids } = await late({ rowMs: () => 1_000, columnMs: 0 });
    const [gone] = await client().dataset('lab').createTable('gone', { schema: 'id:INTEGER' });
    for (const each of [gone, table()]) await each.insert({ id: 1 });
    await gone.delete();
    const [{ schema }] = await table().getMetadata();
    await table().setMetadata({ schema: { fields: [...schema.fields, { name: 'more', type: 'STRING' }] } });
    await clock.advance(1_000);
    expect(await ids()).toEqual([1]);
  });

  it('insertAll does not know a column that was added, and statements do', async () => {
    const { client, table } = await late({ rowMs: () => 0, columnMs: 60_000 });
    const insert = () => table().insert({ id: 1, more: 'x' }, { partialRetries: 0 });
    const [{ schema }] = await table().getMetadata();
    await table().setMetadata({ schema: { fields: [...schema.fields, { name: 'more', type: 'STRING' }] } });
    await client().query(`INSERT INTO lab.t (id, more) VALUES (2, 'y')`);
    const errors = [{ errors: [{ reason: 'invalid', message: 'no such field: more.' }] }];
    await expect(insert()).rejects.toMatchObject({ name: 'PartialFailureError', errors });
    await table().insert({ id: 3 });
    await clock.advance(60_000);
    await insert();
    expect((await client().query('SELECT more FROM lab.t ORDER BY id'))[0].map(({ more }) => more)).toEqual([
      'x',
      'y',
      null,
    ]);
  });

  it.each([
    [0.15, 120_000],
    [1, 2_000],
  ])('%f of the rows are late, by up to %i ms, the same ones every time', (share, mostMs) => {
    const lags = () => {
      const { rowMs } = lagOf({ share, rowMs: mostMs, columnMs: 0 });
      return Array.from({ length: 1000 }, rowMs);
    };
    const late = lags().filter((ms) => ms > 0);
    expect(Math.abs(late.length - share * 1000)).toBeLessThan(10);
    expect(Math.max(...late)).toBeLessThanOrEqual(mostMs);
    expect(Math.max(...late)).toBeGreaterThan(0.98 * mostMs);
    expect(Math.min(...late)).toBeLessThan(0.02 * mostMs);
    expect(lags()).toEqual(lags());
    expect(new Set(Array.from({ length: 9 }, lagOf({ share: 0, rowMs: 0, columnMs: 0 }).rowMs))).toEqual(
      new Set([0]),
    );
  });
});
