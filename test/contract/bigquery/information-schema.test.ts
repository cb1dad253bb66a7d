import { beforeAll, describe, expect, test } from 'vitest';
import { bigQueryUnderTest } from '../support/bigquery.ts';

const on = await bigQueryUnderTest();
let names: object;
beforeAll(async () => {
  names = { table_catalog: on.project, table_schema: on.dataset.id };
  await on.dataset.createTable('pages', {
    schema: [
      { name: 'id', type: 'INTEGER', mode: 'REQUIRED' },
      { name: 'day', type: 'DATE' },
      { name: 'cost', type: 'FLOAT' },
      { name: 'friends', type: 'RECORD', mode: 'REPEATED', fields: [{ name: 'ok', type: 'BOOLEAN' }] },
    ],
    timePartitioning: { type: 'DAY', field: 'day' },
    clustering: { fields: ['id'] },
  });
  await on.dataset.createTable('days', { view: `SELECT day FROM \`${on.project}.${on.dataset.id}\`.pages` });
});
const from = (view: string) => on.rowsOf(`${view.replace('IN.', `${on.dataset.id}.INFORMATION_SCHEMA.`)}`);

// https://cloud.google.com/bigquery/docs/information-schema-intro
describe('INFORMATION_SCHEMA tells', () => {
  test('the tables and views of a dataset', async () => {
    const columns = 'table_catalog, table_schema, table_name, table_type, is_insertable_into, is_typed';
    expect(await from(`SELECT ${columns} FROM IN.TABLES ORDER BY table_name`)).toEqual([
      { ...names, table_name: 'days', table_type: 'VIEW', is_insertable_into: 'NO', is_typed: 'NO' },
      { ...names, table_name: 'pages', table_type: 'BASE TABLE', is_insertable_into: 'YES', is_typed: 'NO' },
    ]);
  });

  test('when they were made', async () => {
    const recent = 'creation_time > TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 1 HOUR)';
    expect(await from(`SELECT COUNT(*) AS n FROM IN.TABLES WHERE ${recent}`)).toEqual([{ n: 2 }]);
  });

  test('their columns', async () => {
    const columns =
      'column_name, ordinal_position, data_type, is_partitioning_column, clustering_ordinal_position';
    const of = (name: string) =>
      from(`SELECT ${columns} FROM IN.COLUMNS WHERE table_name = '${name}' ORDER BY ordinal_position`);
    const plain = { is_partitioning_column: 'NO', clustering_ordinal_position: null };
    expect(await of('pages')).toEqual([
      {
        ...plain,
        column_name: 'id',
        ordinal_position: 1,
        data_type: 'INT64',
        clustering_ordinal_position: 1,
      },
      { ...plain, column_name: 'day', ordinal_position: 2, data_type: 'DATE', is_partitioning_column: 'YES' },
      { ...plain, column_name: 'cost', ordinal_position: 3, data_type: 'FLOAT64' },
      { ...plain, column_name: 'friends', ordinal_position: 4, data_type: 'ARRAY<STRUCT<ok BOOL>>' },
    ]);
    expect(await of('days')).toMatchObject([{ column_name: 'day', data_type: 'DATE' }]);
  });

  test('which columns may be NULL', async () => {
    const sql =
      "SELECT is_nullable FROM IN.COLUMNS WHERE table_name = 'pages' AND column_name IN ('id', 'day') ORDER BY 1";
    expect(await from(sql)).toEqual([{ is_nullable: 'NO' }, { is_nullable: 'YES' }]);
  });

  test('the queries of views', async () => {
    const columns = 'table_name, view_definition, check_option, use_standard_sql';
    expect(await from(`SELECT ${columns} FROM IN.VIEWS`)).toEqual([
      {
        table_name: 'days',
        view_definition: `SELECT day FROM \`${on.project}.${on.dataset.id}\`.pages`,
        check_option: null,
        use_standard_sql: 'YES',
      },
    ]);
  });

  test('of a table that is made, and of one that is gone', async () => {
    const count = () => from("SELECT COUNT(*) AS n FROM IN.TABLES WHERE table_name = 'later'");
    expect(await count()).toEqual([{ n: 0 }]);
    await on.dataset.createTable('later', { schema: 'id:INTEGER' });
    expect(await count()).toEqual([{ n: 1 }]);
    await on.dataset.table('later').delete();
    expect(await count()).toEqual([{ n: 0 }]);
  });
});
