import { expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../../infra/local/bigquery/database.ts';
import { startBigQuery } from '../../../infra/local/bigquery/start.ts';
import { dataFile } from '../support/process.ts';
import { clientOf, PROJECT } from './client.ts';

const MOST_RECORDS = 4;
const RECORDS = { name: 'pairs', type: 'RECORD', mode: 'REPEATED', fields: [{ name: 'n', type: 'INTEGER' }] };
const ID = { name: 'id', type: 'INTEGER', mode: 'REQUIRED' };
const SCHEMA = { fields: [ID, RECORDS] };

/** A table whose rows have two records each: two of them are a part. */
async function start() {
  const file = await dataFile('warehouse.duckdb');
  let running = await startBigQuery({ file, project: PROJECT, mostRecords: MOST_RECORDS });
  const client = () => clientOf(running.url);
  const stopped = async <T>(work: () => Promise<T>): Promise<T> => {
    await running.close();
    const done = await work();
    running = await startBigQuery({ file, project: PROJECT, mostRecords: MOST_RECORDS });
    return done;
  };
  onTestFinished(() => running.close());
  await client().createDataset('lab');
  await client().dataset('lab').createTable('wide', { schema: SCHEMA });
  return {
    stopped,
    query: async (query: string) => (await client().query(query))[0],
    table: () => client().dataset('lab').table('wide'),
    add: (...ids: number[]) =>
      client()
        .dataset('lab')
        .table('wide')
        .insert(ids.map((id) => ({ id, pairs: [{ n: id }, { n: -id }] }))),
    ids: async () => (await client().query('SELECT id FROM lab.wide ORDER BY id'))[0].map(({ id }) => id),
    /** How many rows each table of DuckDB's has. */
    parts: () =>
      stopped(async () => {
        const database = await openDatabase(file, PROJECT);
        const rows = await database.read(async (connection) => {
          const sql = `SELECT table_name, estimated_size FROM duckdb_tables() WHERE schema_name = 'lab' ORDER BY 1`;
          return (await connection.runAndReadAll(sql)).getRows();
        });
        await database.close();
        return Object.fromEntries(rows.map(([name, size]) => [String(name), Number(size)]));
      }),
  };
}

it('a table whose lists are long lies in parts, and is one table to whoever asks', async () => {
  const { add, ids, query, parts } = await start();
  await add(1, 2);
  expect(await parts()).toEqual({ wide: 2 });
  await Promise.all([add(3), add(4), add(5)]);
  await query('INSERT INTO lab.wide (id, pairs) SELECT 6, [STRUCT(6 AS n), STRUCT(-6 AS n)]');
  await add(7);
  expect(await ids()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  const sums = await query(
    'SELECT id, SUM(pair.n) AS sum FROM lab.wide CROSS JOIN UNNEST(pairs) AS pair GROUP BY id',
  );
  expect(sums).toHaveLength(7);
  const found = await parts();
  expect(found).toMatchObject({ 'wide~1': 2 });
  expect(Object.values(found).reduce((sum, rows) => sum + rows)).toBe(7);
  expect(Object.keys(found).length).toBeGreaterThan(2);
  await add(8);
  expect(await ids()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

it('rows of all its parts are changed at once, and counted', async () => {
  const { add, ids, query, stopped, table } = await start();
  for (const id of [1, 2, 3, 4, 5]) await add(id);
  const changed = async (sql: string) => {
    const [job] = await table().bigQuery.createQueryJob(sql);
    return Number(job.metadata.statistics.query.numDmlAffectedRows);
  };
  expect(await changed('UPDATE lab.wide SET pairs = [STRUCT(wide.id AS n)] WHERE wide.id IN (1, 3, 5)')).toBe(
    3,
  );
  expect(await changed('UPDATE lab.wide AS w SET pairs = [] WHERE w.id = 1')).toBe(1);
  expect(await changed('DELETE FROM lab.wide WHERE wide.id = 2')).toBe(1);
  expect(await changed('DELETE FROM lab.wide AS w WHERE w.id = 4')).toBe(1);
  await stopped(async () => undefined);
  expect(await ids()).toEqual([1, 3, 5]);
  expect(await query('SELECT id, pair.n FROM lab.wide CROSS JOIN UNNEST(pairs) AS pair ORDER BY id')).toEqual(
    [
      { id: 3, n: 3 },
      { id: 5, n: 5 },
    ],
  );
});

it.each([
  [
    'MERGE lab.wide AS t USING (SELECT 1 AS id) AS s ON t.id = s.id WHEN MATCHED THEN DELETE',
    /does not translate MERGE into .* a table with very many records in lists/,
  ],
  [
    'DELETE FROM lab.wide WHERE id = (SELECT MAX(id) FROM lab.wide)',
    /does not translate DELETE by other rows of a table with more than 4 records in lists/,
  ],
])('what it does not do for such a table is refused: %s', async (sql, words) => {
  const { add, ids, query } = await start();
  for (const id of [1, 2, 3]) await add(id);
  await expect(query(sql)).rejects.toThrow(words);
  expect(await ids()).toEqual([1, 2, 3]);
});

it('it gets columns, also in its records, and can be dropped and made again', async () => {
  const { add, ids, query, table } = await start();
  for (const id of [1, 2, 3]) await add(id);
  const more = { ...RECORDS, fields: [...RECORDS.fields, { name: 'm', type: 'INTEGER' }] };
  await table().setMetadata({
    schema: { fields: [ID, more, { name: 'late', type: 'STRING' }] },
  });
  for (const id of [4, 5, 6])
    await table().insert([{ id, pairs: [{ n: 1, m: id }, { n: 2 }], late: `${id}` }]);
  const rows = await query(
    'SELECT id, late, pair.m FROM lab.wide CROSS JOIN UNNEST(pairs) AS pair WHERE pair.n > 0 AND id != 2 ORDER BY id, pair.n',
  );
  expect(rows).toEqual([
    { id: 1, late: null, m: null },
    { id: 3, late: null, m: null },
    ...[4, 5, 6].flatMap((id) => [4, null].map((m) => ({ id, late: `${id}`, m: m && id }))),
  ]);
  await table().delete();
  await table().create({ schema: SCHEMA });
  await add(9);
  expect(await ids()).toEqual([9]);
});
