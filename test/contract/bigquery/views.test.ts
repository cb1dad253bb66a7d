import { beforeAll, describe, expect, test } from 'vitest';
import { bigQueryUnderTest, failure } from '../support/bigquery.ts';

const on = await bigQueryUnderTest();
/** The dataset's name, as the text of a view has it: with its project. */
let path: string;
beforeAll(async () => {
  path = `\`${on.project}.${on.dataset.id}\``;
  await on.dataset.createTable('pages', { schema: 'id:INTEGER,parent:STRING' });
  await on.insert('pages', { id: 1, parent: 'a' }, { id: 2, parent: 'b' });
  await on.dataset.createTable('parents', {
    view: `SELECT parent AS name, COUNT(*) AS pages FROM ${path}.pages GROUP BY name`,
  });
});

// https://cloud.google.com/bigquery/docs/views
describe('a view', () => {
  test('tells the columns and types of its query', async () => {
    const [metadata] = await on.dataset.table('parents').getMetadata();
    expect(metadata.type).toBe('VIEW');
    expect(metadata.schema.fields).toMatchObject([
      { name: 'name', type: 'STRING' },
      { name: 'pages', type: 'INTEGER' },
    ]);
  });

  test('shows what its tables hold when it is asked', async () => {
    await on.insert('pages', { id: 3, parent: 'c' });
    expect(await on.rowsOf('SELECT name FROM parents ORDER BY name')).toEqual([
      { name: 'a' },
      { name: 'b' },
      { name: 'c' },
    ]);
  });

  test('may read from another view, and follows when that one is replaced', async () => {
    const [below] = await on.dataset.createTable('below', { view: 'SELECT "old" AS name' });
    await on.dataset.createTable('above', { view: `SELECT name FROM ${path}.below` });
    expect(await on.rowsOf('SELECT name FROM above')).toEqual([{ name: 'old' }]);
    await below.setMetadata({ view: 'SELECT "new" AS name' });
    expect(await on.rowsOf('SELECT name FROM above')).toEqual([{ name: 'new' }]);
  });

  // https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#create_view_statement
  test('is replaced by CREATE OR REPLACE VIEW, and is not by CREATE VIEW', async () => {
    await on.rowsOf(`CREATE VIEW ${path}.made AS SELECT 1 AS one`);
    const again = on.rowsOf(`CREATE VIEW ${path}.made AS SELECT 2 AS one`);
    await expect(again).rejects.toMatchObject(failure(409, 'duplicate'));
    await on.rowsOf(`CREATE OR REPLACE VIEW ${path}.made AS SELECT 3 AS one`);
    expect(await on.rowsOf('SELECT one FROM made')).toEqual([{ one: 3 }]);
  });

  // https://cloud.google.com/bigquery/docs/updating-views, https://cloud.google.com/bigquery/docs/schemas#column_descriptions
  test('keeps its description and those of its columns', async () => {
    const view = on.dataset.table('parents');
    const [{ schema }] = await view.getMetadata();
    const described = schema.fields.map((field: object) => ({ ...field, description: 'Told.' }));
    await view.setMetadata({ description: 'Parents.', schema: { fields: described } });
    const [metadata] = await view.getMetadata();
    expect(metadata.description).toBe('Parents.');
    expect(metadata.schema.fields).toMatchObject([
      { name: 'name', description: 'Told.' },
      { name: 'pages', description: 'Told.' },
    ]);
  });

  test.each<[string, string]>([
    ['names a column that is not there', 'SELECT nope FROM PATH.pages'],
    ['is no SQL', 'SELEC 1'],
    ['names a table without its dataset', 'SELECT id FROM pages'],
  ])('is refused where its query %s', async (_, query) => {
    const refused = on.dataset.createTable('bad', { view: query.replace('PATH', path) });
    await expect(refused).rejects.toMatchObject({ code: 400 });
    expect(await on.dataset.table('bad').exists()).toEqual([false]);
  });
});
