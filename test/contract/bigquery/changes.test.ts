import { beforeEach, describe, expect, test } from 'vitest';
import { bigQueryUnderTest, failure } from '../support/bigquery.ts';

const on = await bigQueryUnderTest();
let [table, tables] = ['', 0];
beforeEach(async () => {
  table = `changed${++tables}`;
  const friends = {
    name: 'friends',
    type: 'RECORD',
    mode: 'REPEATED',
    fields: [{ name: 'id', type: 'STRING' }],
  };
  const fields = [{ name: 'id', type: 'INTEGER' }, { name: 'name', type: 'STRING' }, friends];
  await on.dataset.createTable(table, { schema: { fields } });
  // Not by insertAll: rows of the streaming buffer cannot be changed.
  await change(`INSERT INTO TABLE (id, name, friends)
    VALUES (1, 'a', [STRUCT('x' AS id), STRUCT('y' AS id)]), (2, 'b', [])`);
});

const change = (statement: string) => on.changed(statement.replaceAll('TABLE', table));
const rows = () =>
  on.rowsOf(`SELECT id, name, ARRAY(SELECT f.id FROM UNNEST(friends) AS f) AS f FROM ${table} ORDER BY id`);

// https://cloud.google.com/bigquery/docs/reference/standard-sql/dml-syntax
describe('a statement that changes rows', () => {
  test('INSERT: values and queries, with and without INTO', async () => {
    expect(await change(`INSERT INTO TABLE (id, name) VALUES (3, 'c'), (4, NULL)`)).toBe('2');
    expect(await change(`INSERT TABLE (name, id) SELECT UPPER(name), id + 10 FROM TABLE WHERE id = 1`)).toBe(
      '1',
    );
    expect(await rows()).toEqual([
      { id: 1, name: 'a', f: ['x', 'y'] },
      { id: 2, name: 'b', f: [] },
      { id: 3, name: 'c', f: [] },
      { id: 4, name: null, f: [] },
      { id: 11, name: 'A', f: [] },
    ]);
  });

  // https://cloud.google.com/bigquery/docs/parameterized-queries#use_structs_in_parameterized_queries
  test('INSERT: rows that come as one parameter, with NULLs and arrays', async () => {
    const query = `INSERT INTO ${table} (id, name, friends)
      SELECT r.id, r.name, ARRAY(SELECT STRUCT(f AS id) FROM UNNEST(r.friends) AS f) FROM UNNEST(@rows) AS r`;
    const given = [
      { id: 3, name: `it's`, friends: ['x'] },
      { id: 4, name: null, friends: [] },
    ];
    const types = { rows: [{ id: 'INT64', name: 'STRING', friends: ['STRING'] }] };
    await on.rowsOf(query, { params: { rows: given }, types });
    expect(await rows()).toMatchObject([
      { id: 1 },
      { id: 2 },
      ...given.map(({ friends: f, ...row }) => ({ ...row, f })),
    ]);
  });

  test('INSERT: refuses NULL where a column is required', async () => {
    const fields = [{ name: 'id', type: 'INTEGER', mode: 'REQUIRED' }];
    await on.dataset.createTable(`${table}_strict`, { schema: { fields } });
    const refused = on.changed(`INSERT INTO ${table}_strict (id) SELECT CAST(NULL AS INT64)`);
    await expect(refused).rejects.toMatchObject(failure(400, 'invalidQuery'));
  });

  test('UPDATE: also from another table and inside of arrays', async () => {
    expect(await change(`UPDATE TABLE SET name = CONCAT(name, '!'), id = id * 10 WHERE id = 1`)).toBe('1');
    const from = `FROM (SELECT 2 AS id, 'z' AS name) AS s WHERE t.id = s.id`;
    expect(await change(`UPDATE TABLE AS t SET name = s.name ${from}`)).toBe('1');
    const without = `ARRAY(SELECT f FROM UNNEST(friends) AS f WHERE f.id NOT IN ('x') ORDER BY f.id)`;
    const having = `EXISTS(SELECT 1 FROM UNNEST(friends) AS f WHERE f.id = 'x')`;
    expect(await change(`UPDATE TABLE SET friends = ${without} WHERE ${having}`)).toBe('1');
    expect(await rows()).toEqual([
      { id: 2, name: 'z', f: [] },
      { id: 10, name: 'a!', f: ['y'] },
    ]);
  });

  test('DELETE', async () => {
    expect(await change(`DELETE FROM TABLE WHERE id = 1`)).toBe('1');
    expect(await change(`DELETE TABLE AS t WHERE t.id IN (SELECT 7)`)).toBe('0');
    expect(await rows()).toEqual([{ id: 2, name: 'b', f: [] }]);
  });

  test('MERGE', async () => {
    const merged = await change(`MERGE TABLE AS t
      USING (SELECT 1 AS id, 'new' AS name UNION ALL SELECT 3, 'c') AS s ON t.id = s.id
      WHEN MATCHED AND s.name = 'new' THEN UPDATE SET name = s.name
      WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, s.name)
      WHEN NOT MATCHED BY SOURCE THEN DELETE`);
    expect(merged).toBe('3');
    expect(await rows()).toEqual([
      { id: 1, name: 'new', f: ['x', 'y'] },
      { id: 3, name: 'c', f: [] },
    ]);
  });

  test('changes all rows or none', async () => {
    const failing = change(`UPDATE TABLE SET id = CAST(name AS INT64) WHERE id > 0`);
    await expect(failing).rejects.toMatchObject(failure(400, 'invalidQuery'));
    expect(await rows()).toMatchObject([{ id: 1 }, { id: 2 }]);
  });
});
