import { beforeAll, describe, expect, test } from 'vitest';
import { bigQueryUnderTest, failure } from '../support/bigquery.ts';

const on = await bigQueryUnderTest();
beforeAll(async () => {
  const fields = [
    { name: 'id', type: 'INTEGER' },
    { name: 'n', type: 'FLOAT' },
    { name: 'parent', type: 'STRING' },
  ];
  await on.dataset.createTable('pages', { schema: { fields } });
  await on.insert('pages', { id: 1, n: 1.5, parent: 'a' }, { id: 2, parent: 'a' });
});

// https://cloud.google.com/bigquery/docs/error-messages
describe('what is not there is notFound, with status 404', () => {
  test('a dataset, a table, a job', async () => {
    const { bigquery, dataset } = on;
    await expect(bigquery.dataset('contract_none').get()).rejects.toMatchObject(failure(404, 'notFound'));
    await expect(dataset.table('none').get()).rejects.toMatchObject(failure(404, 'notFound'));
    await expect(dataset.table('none').insert({ id: 1 })).rejects.toMatchObject({ code: 404 });
    await expect(bigquery.job('contract-none').getMetadata()).rejects.toMatchObject({ code: 404 });
    expect(await dataset.table('none').exists()).toEqual([false]);
  });

  test.each(['SELECT 1 FROM none', 'SELECT 1 FROM contract_none.pages'])('in %s', async (query) => {
    await expect(on.rowsOf(query)).rejects.toMatchObject(failure(404, 'notFound'));
  });
});

test('a table without its dataset is invalid, with status 400', async () => {
  const unqualified = on.bigquery.query('SELECT 1 FROM pages');
  await expect(unqualified).rejects.toMatchObject(failure(400, 'invalid'));
  await expect(unqualified).rejects.toThrow('must be qualified with a dataset');
});

/** Part of the message is given where it says more than that the text is wrong. */
const WRONG: [query: string, message?: RegExp][] = [
  ['SELEC 1'],
  ['SELECT nope FROM pages', /nope/],
  ['SELECT id, COUNT(*) FROM pages'],
  ['SELECT parent, id FROM pages GROUP BY parent'],
  ['SELECT SUM(id) AS id FROM pages HAVING SUM(id) > 1'],
  ['SELECT 1 AS a, 2 AS A', /Duplicate column name/],
  ['SELECT 1 FROM pages WHERE parent = 1', /operator = for argument types: STRING, INT64/],
  ['SELECT 1 FROM pages WHERE id < "2"', /operator < for argument types: INT64, STRING/],
  ['SELECT 1 FROM pages WHERE id IN (1, "2")', /operator IN/],
  ['SELECT 1 FROM pages WHERE id IN UNNEST(["1"])', /operator IN UNNEST/],
  ['SELECT 1 FROM pages WHERE parent BETWEEN 1 AND 2', /operator BETWEEN/],
  [
    'SELECT 1 FROM pages WHERE id = (SELECT MAX(parent) FROM pages)',
    /operator = for argument types: INT64, STRING/,
  ],
  [
    'SELECT 1 FROM pages QUALIFY ROW_NUMBER() OVER (ORDER BY id) = "1"',
    /operator = for argument types: INT64, STRING/,
  ],
  ['SELECT CASE id WHEN "1" THEN 1 END FROM pages', /operator CASE/],
  ['SELECT a.id FROM pages AS a LEFT JOIN pages AS b ON a.id = b.parent', /operator =/],
  ['SELECT 1 WHERE TRUE = 1', /operator = for argument types: BOOL, INT64/],
  ['SELECT 1 WHERE CURRENT_DATE() = CURRENT_TIMESTAMP()', /operator = for argument types: DATE, TIMESTAMP/],
  ['SELECT 1 FROM pages WHERE n = NULL', /Operands of = cannot be literal NULL/],
  ['SELECT 1, COUNT(*)', /without FROM clause cannot use aggregation/],
  ['SELECT ROW_NUMBER() OVER ()', /without FROM clause cannot use analytic functions/],
  ['SELECT * FROM nulls', /Unexpected keyword NULLS/],
  ['SELECT id AS at FROM pages', /Unexpected keyword AT/],
  ['SELECT rows.id FROM pages AS rows', /Unexpected keyword ROWS/],
  ['SELECT 1 FROM acme-12c1.lab.pages'],
  ['SELECT 1 FROM acme-1e5.lab.pages'],
  ['SELECT 1 FROM all-hands.lab.pages', /Unexpected keyword ALL/],
  ['SELECT 1 FROM group-7.lab.pages'],
  ['SELECT @missing', /Query parameter 'missing' not found/],
  ['SELECT CAST("x" AS INT64)', /Bad int64 value: x/],
  ['SELECT CAST("1.5" AS INT64)', /Bad int64 value: 1\.5/],
  ['SELECT CAST("yes" AS BOOL)', /Bad bool value: yes/],
  ['SELECT 1 / 0', /division by zero/],
  ['SELECT MOD(1, 0)', /division by zero/],
  ['SELECT [1, 2][OFFSET(2)]', /out of bounds/],
  ['SELECT 9223372036854775807 + 1', /overflow/i],
  ['SELECT ARRAY_AGG(n) FROM pages', /Array cannot have a null element/],
  ['SELECT ERROR("as told") FROM pages', /^as told/],
];

describe('a query that is wrong is invalidQuery, with status 400', () => {
  test.each(WRONG)('%s', async (query, message = /./) => {
    const refused = on.rowsOf(query);
    await expect(refused).rejects.toMatchObject(failure(400, 'invalidQuery'));
    await expect(refused).rejects.toThrow(message);
  });
});
