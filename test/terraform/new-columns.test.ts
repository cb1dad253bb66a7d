import { afterEach, expect, test } from 'vitest';
import { newsIn, requireNullable, untilKnown } from '../../infra/deploy/new-columns.ts';
import { readConfig } from '../../shared/config.ts';
import { createBigQuery } from '../../shared/warehouse/client.ts';
import { changed, planned, tableWith } from './support/recorded.ts';
import { startTablesApi } from './support/tables-api.ts';

const TABLE = 'google_bigquery_table.tables["completed_scrapes"]';
const ID = { name: 'id', type: 'STRING' };
const friends = (...fields: object[]) => ({ name: 'friends', type: 'RECORD', mode: 'REPEATED', fields });

let stop = async () => {};
afterEach(() => stop());

test('a plan tells which tables are made and which columns are added, in records too', () => {
  const added = changed(TABLE, ['update'], {
    before: tableWith([friends(ID)]),
    after: tableWith([friends(ID, { name: 'pinned', type: 'STRING' }), { name: 'check', type: 'STRING' }]),
  });
  const described = changed('google_bigquery_table.tables["dispatches"]', ['update'], {
    before: tableWith([ID]),
    after: tableWith([{ ...ID, description: 'New.' }]),
  });
  expect(newsIn(planned(added, described))).toEqual([
    { table: 'completed_scrapes', columns: ['friends.pinned', 'check'] },
  ]);
  const anew = changed(TABLE, ['delete', 'create'], { before: tableWith([ID]), after: tableWith([ID]) });
  expect(newsIn(planned(anew))).toEqual([{ table: 'completed_scrapes', columns: [] }]);
});

test('a column that every row must have is refused before anything is touched: BigQuery adds none', () => {
  const adds = (mode: string) => {
    const after = tableWith([ID, { name: 'run_id', type: 'STRING', mode }]);
    return planned(changed(TABLE, ['update'], { before: tableWith([ID]), after }));
  };
  expect(() => requireNullable(adds('REQUIRED'))).toThrow(
    /completed_scrapes\.run_id is REQUIRED.*NULLABLE or REPEATED/,
  );
  expect(() => requireNullable(adds('NULLABLE'))).not.toThrow();
});

const noSuchField = (location: string) => ({
  errors: [{ message: `no such field: ${location}.`, location }],
});

test('BigQuery is asked until it refuses a row for nothing but a field that nobody has: none is ever stored', async () => {
  const wrongType = {
    message: 'Cannot convert value to integer (bad value): dodo_probe',
    location: 'pinned',
  };
  const answers = [{ status: 404 }, noSuchField('friends[0].pinned'), { errors: [wrongType] }];
  const api = await startTablesApi(
    () => [],
    (asked) => answers[asked] ?? {},
  );
  stop = api.stop;
  const pauses: number[] = [];
  const bigquery = createBigQuery(readConfig({ BIGQUERY_EMULATOR_HOST: api.address }));
  const news = [{ table: 'completed_scrapes', columns: ['friends.pinned'] }];
  await untilKnown(bigquery, 'dodo', news, async (ms) => void pauses.push(ms));
  expect(pauses).toEqual([5000, 5000]);
  expect(api.probed).toEqual(
    Array(3).fill({
      table: 'completed_scrapes',
      json: { friends: [{ pinned: 'dodo_probe' }], dodo_probe: 'dodo_probe' },
    }),
  );
});

test('where it takes too long, nothing is deployed to the functions, and that is said', async () => {
  const api = await startTablesApi(
    () => [],
    () => ({ status: 404 }),
  );
  stop = api.stop;
  const bigquery = createBigQuery(readConfig({ BIGQUERY_EMULATOR_HOST: api.address }));
  const asked = untilKnown(bigquery, 'dodo', [{ table: 'dispatches', columns: [] }], async () => {});
  await expect(asked).rejects.toThrow(
    /no row of dispatches after 10 minutes: wait some more, and run this again/,
  );
});
