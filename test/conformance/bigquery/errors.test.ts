import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BigQueryUnderTest, startBigQueryUnderTest } from '../support/bigquery.ts';

let on: BigQueryUnderTest;
const schema = {
  fields: [
    { name: 'id', type: 'INTEGER', mode: 'REQUIRED', description: 'Which.' },
    { name: 'at', type: 'TIMESTAMP', mode: 'NULLABLE' },
  ],
};
beforeAll(async () => {
  on = await startBigQueryUnderTest();
  await on.dataset.createTable('pages', { schema });
});
afterAll(() => on.close());

const is = (code: number, reason: string) => ({ code, errors: [{ reason }] });

// https://cloud.google.com/bigquery/docs/error-messages
describe('what is not there is notFound, with status 404', () => {
  test('a dataset, a table, a job', async () => {
    const { bigquery, dataset } = on;
    await expect(bigquery.dataset('conformance_none').get()).rejects.toMatchObject(is(404, 'notFound'));
    await expect(dataset.table('none').get()).rejects.toMatchObject(is(404, 'notFound'));
    await expect(dataset.table('none').delete()).rejects.toMatchObject(is(404, 'notFound'));
    await expect(bigquery.job('conformance-none').getMetadata()).rejects.toMatchObject({ code: 404 });
    expect(await dataset.table('none').exists()).toEqual([false]);
  });

  test('a table in a query', async () => {
    await expect(on.rowsOf('SELECT 1 FROM none')).rejects.toMatchObject(is(404, 'notFound'));
  });
});

describe('what is there already is duplicate, with status 409', () => {
  test('a dataset, a table, a job id', async () => {
    const { bigquery, dataset } = on;
    await expect(bigquery.createDataset(dataset.id ?? '')).rejects.toMatchObject(is(409, 'duplicate'));
    await expect(dataset.createTable('pages', { schema })).rejects.toMatchObject(is(409, 'duplicate'));
    const jobId = `job_${dataset.id}`;
    await bigquery.createQueryJob({ query: 'SELECT 1 AS a', jobId });
    const again = bigquery.createQueryJob({ query: 'SELECT 2 AS a', jobId });
    await expect(again).rejects.toMatchObject(is(409, 'duplicate'));
  });
});

describe('a query that is wrong is invalidQuery, with status 400', () => {
  test.each([
    ['SELEC 1'],
    ['SELECT nope FROM pages'],
    ['SELECT id, COUNT(*) FROM pages'],
    ['SELECT CAST("x" AS INT64)'],
    ['SELECT 1 / 0'],
    ['SELECT [1, 2][OFFSET(2)]'],
    ['SELECT 9223372036854775807 + 1'],
    ['SELECT @missing'],
  ])('%s', async (query) => {
    await expect(on.rowsOf(query)).rejects.toMatchObject(is(400, 'invalidQuery'));
  });
});

// https://cloud.google.com/bigquery/docs/managing-table-schemas
describe('a table', () => {
  test('keeps schema, partitioning and clustering as they were given', async () => {
    const given = {
      schema,
      timePartitioning: { type: 'DAY', field: 'at' },
      clustering: { fields: ['id'] },
    };
    const [table] = await on.dataset.createTable('partitioned', given);
    const [metadata] = await table.getMetadata();
    expect(metadata).toMatchObject({ ...given, type: 'TABLE' });
  });

  test('gets more columns, which are NULL in older rows, and loses none', async () => {
    const [table] = await on.dataset.createTable('grows', { schema });
    await table.insert({ id: 1 });
    const more = { name: 'more', type: 'STRING', mode: 'NULLABLE' };
    await table.setMetadata({ schema: { fields: [...schema.fields, more] } });
    expect(await on.rowsOf('SELECT id, more FROM grows')).toEqual([{ id: 1, more: null }]);
    const fewer = table.setMetadata({ schema: { fields: [schema.fields[0] as object] } });
    await expect(fewer).rejects.toMatchObject(is(400, 'invalid'));
  });

  // https://cloud.google.com/bigquery/docs/managing-datasets#delete_datasets
  test('keeps its dataset from being deleted, unless force is said', async () => {
    await expect(on.dataset.delete()).rejects.toMatchObject(is(400, 'resourceInUse'));
  });
});
