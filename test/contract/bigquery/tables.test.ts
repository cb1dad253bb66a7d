import type { TableField } from '@google-cloud/bigquery';
import { describe, expect, onTestFinished, test } from 'vitest';
import { until } from '../../support/until.ts';
import { bigQueryUnderTest, failure } from '../support/bigquery.ts';

const on = await bigQueryUnderTest();

// https://cloud.google.com/bigquery/docs/reference/rest/v2/datasets
describe('a dataset', () => {
  /** One whose name nobody else uses; it is deleted after the test. */
  const another = (name: string) => {
    const dataset = on.bigquery.dataset(`${on.dataset.id}_${name}`);
    onTestFinished(async () => void (await dataset.delete({ force: true }).catch(() => undefined)));
    return dataset;
  };

  test('is found and listed, and there only once, also where requests come side by side', async () => {
    const dataset = another('contended');
    expect(await dataset.exists()).toEqual([false]);
    const results = await Promise.allSettled([1, 2, 3].map(() => dataset.create()));
    const codes = results.map((each) => (each.status === 'fulfilled' ? 200 : each.reason.code));
    expect(codes.sort()).toEqual([200, 409, 409]);
    const [metadata] = await dataset.getMetadata();
    const datasetReference = { projectId: on.project, datasetId: dataset.id };
    expect(metadata).toMatchObject({ id: `${on.project}:${dataset.id}`, datasetReference });
    const [listed] = await on.bigquery.getDatasets();
    expect(listed.map(({ id }) => id)).toContain(dataset.id);
    await expect(dataset.create()).rejects.toMatchObject(failure(409, 'duplicate'));
  });

  test('has a name of letters, digits and underscores', async () => {
    await expect(on.bigquery.createDataset('no/name')).rejects.toMatchObject(failure(400, 'invalid'));
  });

  // https://cloud.google.com/bigquery/docs/managing-datasets#delete_datasets
  test('is deleted when it is empty, or, where force is said, with what it holds', async () => {
    const dataset = another('short_lived');
    await dataset.create();
    await dataset.createTable('t', { schema: 'a:INTEGER' });
    await expect(dataset.delete()).rejects.toMatchObject(failure(400, 'resourceInUse'));
    await dataset.delete({ force: true });
    await expect(dataset.get()).rejects.toMatchObject(failure(404, 'notFound'));
    await dataset.create();
    expect((await dataset.getTables())[0]).toEqual([]);
  });
});

// https://cloud.google.com/bigquery/docs/managing-table-schemas
describe('a table', () => {
  const id: TableField = { name: 'id', type: 'STRING', mode: 'REQUIRED', description: 'Which.' };
  const at: TableField = { name: 'at', type: 'TIMESTAMP', mode: 'NULLABLE' };
  const tags: TableField = { name: 'tags', type: 'STRING', mode: 'REPEATED' };
  const friendsWith = (...names: string[]): TableField => ({
    ...{ name: 'friends', type: 'RECORD', mode: 'REPEATED' },
    fields: names.map((name) => ({ name, type: 'STRING', mode: 'NULLABLE' })),
  });
  const given = {
    schema: { fields: [id, at, tags, friendsWith('id')] },
    description: 'Pages.',
    timePartitioning: { type: 'DAY', field: 'at' },
    clustering: { fields: ['id'] },
  };

  test('is there once, with schema, description, partitioning and clustering as they were given', async () => {
    const [table] = await on.dataset.createTable('pages', given);
    const [metadata] = await table.getMetadata();
    const expected = { ...given, type: 'TABLE', id: `${on.project}:${on.dataset.id}.pages` };
    expect(metadata).toMatchObject(expected);
    expect((await on.dataset.getTables())[0].map((each) => each.id)).toContain('pages');
    const again = on.dataset.createTable('pages', given);
    await expect(again).rejects.toMatchObject(failure(409, 'duplicate'));
  });

  test('gets more columns, also inside of records: NULL, or empty, in older rows', async () => {
    const [table] = await on.dataset.createTable('grows', given);
    await on.insert('grows', { id: 'old', friends: [{ id: 'f' }] });
    const more: TableField = { name: 'more', type: 'INTEGER', mode: 'REPEATED' };
    const fields = [id, at, tags, friendsWith('id', 'name'), more];
    await table.setMetadata({ schema: { fields }, description: 'More.' });
    const [metadata] = await table.getMetadata();
    expect(metadata).toMatchObject({ description: 'More.', clustering: { fields: ['id'] } });
    expect(metadata.schema.fields).toEqual(fields);
    // https://github.com/googleapis/google-cloud-ruby/issues/3805
    await until('insertAll knows the new columns', () =>
      on.insert('grows', { id: 'new', friends: [{ id: 'f', name: 'n' }], more: [1] }).then(
        () => true,
        (error) => {
          expect(JSON.stringify(error)).toContain('no such field');
          return false;
        },
      ),
    );
    expect(
      await on.rowsOf('SELECT id, friends, more, ARRAY_LENGTH(more) AS n FROM grows ORDER BY id DESC'),
    ).toEqual([
      { id: 'old', friends: [{ id: 'f', name: null }], more: [], n: 0 },
      { id: 'new', friends: [{ id: 'f', name: 'n' }], more: [1], n: 1 },
    ]);
  });

  test.each<[string, TableField[]]>([
    ['loses no column', [id]],
    ['changes the type of none', [id, { ...at, type: 'DATE' }, tags]],
    ['gets none that is required', [id, at, tags, { name: 'x', type: 'STRING', mode: 'REQUIRED' }]],
  ])('%s', async (what, fields) => {
    const name = what.replaceAll(' ', '_');
    const [table] = await on.dataset.createTable(name, { schema: { fields: [id, at, tags] } });
    await expect(table.setMetadata({ schema: { fields } })).rejects.toMatchObject(failure(400, 'invalid'));
  });

  test('is deleted, and then there is none', async () => {
    const [table] = await on.dataset.createTable('gone', given);
    await table.delete();
    expect(await table.exists()).toEqual([false]);
    await expect(table.delete()).rejects.toMatchObject(failure(404, 'notFound'));
  });
});
