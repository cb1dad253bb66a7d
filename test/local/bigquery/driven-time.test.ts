import { afterAll, expect, it } from 'vitest';
import { startBigQuery } from '../../../infra/local/bigquery/start.ts';
import { DrivenClock } from '../../support/driven-clock.ts';
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
