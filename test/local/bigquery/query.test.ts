import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startBigQuery } from '../../../infra/local/bigquery/start.ts';
import { clientOf, PROJECT, plain } from './client.ts';

const server = await startBigQuery({ file: ':memory:', project: PROJECT });
const bigquery = clientOf(server.url);
const dataset = bigquery.dataset('lab');

beforeAll(() => dataset.create());
afterAll(() => server.close());

const rowsOf = async (query: string, options = {}) =>
  (await bigquery.query({ query, ...options }))[0].map(plain);

describe('query parameters', () => {
  it('take their type from the value, and mean the same in any case', async () => {
    const params = { text: 'a', count: 2, share: 0.5, at: new Date(0), list: [1, 2], record: { id: 'x' } };
    const query =
      'SELECT @TEXT AS t, @count AS c, @share AS s, @at AS a, @list AS l, @record.id AS i, @text AS again';
    expect(await rowsOf(query, { params })).toEqual([
      { t: 'a', c: 2, s: 0.5, a: '1970-01-01T00:00:00.000Z', l: [1, 2], i: 'x', again: 'a' },
    ]);
  });

  it('stand in conditions, UNNEST, intervals and LIMIT', async () => {
    const query = `SELECT x, TIMESTAMP_ADD(@at, INTERVAL x DAY) AS t
      FROM UNNEST(@list) AS x WHERE x IN UNNEST(@list) AND x >= @least ORDER BY x LIMIT @most`;
    const params = { list: [3, 1, 2], least: 2, most: 1, at: new Date(0) };
    expect(await rowsOf(query, { params })).toEqual([{ x: 2, t: '1970-01-03T00:00:00.000Z' }]);
  });

  it('are refused where a value is none of the type, or a name is missing', async () => {
    const wrong = { params: { n: 'x' }, types: { n: 'INT64' } };
    await expect(rowsOf('SELECT @n', wrong)).rejects.toMatchObject({
      code: 400,
      errors: [{ reason: 'invalid' }],
    });
    await expect(rowsOf('SELECT ?', { params: [1] })).rejects.toThrow('positional parameters');
  });
});

describe('results', () => {
  it('come as seconds or microseconds, as the request says', async () => {
    const post = async (formatOptions: object) => {
      const body = JSON.stringify({
        query: `SELECT TIMESTAMP '2026-01-02 00:00:00.5'`,
        useLegacySql: false,
        formatOptions,
      });
      const response = await fetch(`${server.url}/projects/${PROJECT}/queries`, { method: 'POST', body });
      return ((await response.json()) as { rows: { f: { v: string }[] }[] }).rows[0]?.f[0]?.v;
    };
    expect(await post({ useInt64Timestamp: true })).toBe('1767312000500000');
    expect(await post({})).toBe('1767312000.5');
  });

  it('come in pages of about 10 MB where nobody says how many rows', async () => {
    const query = `SELECT x, FORMAT('%0100000d', x) AS wide FROM UNNEST(GENERATE_ARRAY(1, 250)) AS x ORDER BY x`;
    const body = JSON.stringify({ query, useLegacySql: false });
    const response = await fetch(`${server.url}/projects/${PROJECT}/queries`, { method: 'POST', body });
    const page = (await response.json()) as { rows: unknown[]; totalRows: string; pageToken: string };
    expect(page).toMatchObject({ totalRows: '250', pageToken: expect.any(String) });
    expect(page.rows.length).toBeGreaterThan(90);
    expect(page.rows.length).toBeLessThan(110);
    expect(await rowsOf(query)).toHaveLength(250);
  });
});

describe('jobs', () => {
  it('tell what they were, and their id is used once', async () => {
    const jobId = 'my-job';
    const [job] = await bigquery.createQueryJob({ query: 'SELECT 1 AS a', jobId });
    const [metadata] = await job.getMetadata();
    expect(metadata).toMatchObject({
      status: { state: 'DONE' },
      statistics: {
        query: { statementType: 'SELECT', schema: { fields: [{ name: 'a', type: 'INTEGER' }] } },
      },
    });
    const again = bigquery.createQueryJob({ query: 'SELECT 2 AS a', jobId });
    await expect(again).rejects.toMatchObject({ code: 409, errors: [{ reason: 'duplicate' }] });
    await expect(bigquery.job('none').getMetadata()).rejects.toMatchObject({ code: 404 });
  });

  it('of a request that is sent again run once', async () => {
    await dataset.createTable('sent', { schema: 'a:INTEGER' });
    const body = JSON.stringify({
      query: 'INSERT INTO lab.sent (a) VALUES (1)',
      useLegacySql: false,
      requestId: 'r',
    });
    const send = () => fetch(`${server.url}/projects/${PROJECT}/queries`, { method: 'POST', body });
    await Promise.all([send(), send(), send()]);
    expect(await rowsOf('SELECT COUNT(*) AS n FROM lab.sent')).toEqual([{ n: 1 }]);
  });

  it('that write do not wait for one that reads', async () => {
    const [table] = await dataset.createTable('busy', { schema: 'a:INTEGER' });
    const done: string[] = [];
    const long = bigquery
      .query(
        'SELECT COUNT(*) AS n FROM UNNEST(GENERATE_ARRAY(1, 4000)) AS a, UNNEST(GENERATE_ARRAY(1, 4000)) AS b WHERE a * b > 7',
      )
      .then(() => done.push('long'));
    await Promise.all([1, 2, 3].map((a) => table.insert({ a }).then(() => done.push('insert'))));
    await long;
    expect(done).toEqual(['insert', 'insert', 'insert', 'long']);
  });
});

describe('statements that change rows', () => {
  let table = dataset.table('none');
  let tables = 0;
  beforeEach(async () => {
    [table] = await dataset.createTable(`changed${++tables}`, {
      schema: [
        { name: 'id', type: 'INTEGER' },
        { name: 'name', type: 'STRING' },
        { name: 'friends', type: 'RECORD', mode: 'REPEATED', fields: [{ name: 'id', type: 'STRING' }] },
      ],
    });
    await table.insert([
      { id: 1, name: 'a', friends: [{ id: 'x' }, { id: 'y' }] },
      { id: 2, name: 'b' },
    ]);
  });

  const change = async (statement: string) => {
    const [job] = await bigquery.createQueryJob({ query: statement.replaceAll('TABLE', `lab.${table.id}`) });
    const [metadata] = await job.getMetadata();
    return metadata.statistics.query.numDmlAffectedRows;
  };
  const rows = () =>
    rowsOf(
      `SELECT id, name, ARRAY(SELECT f.id FROM UNNEST(friends) AS f) AS f FROM lab.${table.id} ORDER BY id`,
    );

  it('INSERT values and queries, with and without INTO', async () => {
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

  it('UPDATE, also from another table and inside of arrays', async () => {
    expect(await change(`UPDATE TABLE SET name = CONCAT(name, '!'), id = id * 10 WHERE id = 1`)).toBe('1');
    expect(
      await change(
        `UPDATE TABLE AS t SET name = s.name FROM (SELECT 2 AS id, 'z' AS name) AS s WHERE t.id = s.id`,
      ),
    ).toBe('1');
    const without = `ARRAY(SELECT f FROM UNNEST(friends) AS f WHERE f.id NOT IN ('x') ORDER BY f.id)`;
    expect(
      await change(
        `UPDATE TABLE SET friends = ${without} WHERE EXISTS(SELECT 1 FROM UNNEST(friends) AS f WHERE f.id = 'x')`,
      ),
    ).toBe('1');
    expect(await rows()).toEqual([
      { id: 2, name: 'z', f: [] },
      { id: 10, name: 'a!', f: ['y'] },
    ]);
  });

  it('DELETE', async () => {
    expect(await change(`DELETE FROM TABLE WHERE id = 1`)).toBe('1');
    expect(await change(`DELETE TABLE AS t WHERE t.id IN (SELECT 7)`)).toBe('0');
    expect(await rows()).toEqual([{ id: 2, name: 'b', f: [] }]);
  });

  it('MERGE', async () => {
    const merged =
      await change(`MERGE TABLE AS t USING (SELECT 1 AS id, 'new' AS name UNION ALL SELECT 3, 'c') AS s ON t.id = s.id
      WHEN MATCHED AND s.name = 'new' THEN UPDATE SET name = s.name
      WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, s.name)
      WHEN NOT MATCHED BY SOURCE THEN DELETE`);
    expect(merged).toBe('3');
    expect(await rows()).toEqual([
      { id: 1, name: 'new', f: ['x', 'y'] },
      { id: 3, name: 'c', f: [] },
    ]);
  });

  it('change all rows or none', async () => {
    const failing = change(`UPDATE TABLE SET id = CAST(name AS INT64) WHERE id > 0`);
    await expect(failing).rejects.toMatchObject({ code: 400, errors: [{ reason: 'invalidQuery' }] });
    expect((await rows()).map((row) => (row as { id: number }).id)).toEqual([1, 2]);
  });
});
