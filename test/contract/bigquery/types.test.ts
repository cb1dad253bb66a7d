import { BigQuery } from '@google-cloud/bigquery';
import { describe, expect, test } from 'vitest';
import { bigQueryUnderTest, failure } from '../support/bigquery.ts';
import { FIELDS_OF_EVERY_TYPE } from '../support/fields-of-every-type.ts';

const on = await bigQueryUnderTest();

// https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types
describe('a row that is inserted and selected', () => {
  const fields = FIELDS_OF_EVERY_TYPE;
  const row = {
    ...{ id: '9007199254740993', name: 'ä "quoted"\n', price: '0.010000001', ratio: 0.1, ok: true },
    ...{ day: '2026-01-31', seen_at: '2026-01-31T10:59:00.123456Z', local: '2026-01-31T10:59:00' },
    raw: Buffer.from([0, 255, 65]).toString('base64'),
    extra: JSON.stringify({ a: [1, null] }),
    tags: ['x'],
    friends: [
      { id: 'f', n: 1 },
      { id: 'g', n: null },
    ],
  };

  test('has every type as it was: whole numbers, times to the microsecond, decimals exactly', async () => {
    await on.dataset.createTable('every_type', { schema: { fields } });
    await on.insert('every_type', row);
    const [first] = (await on.rowsOf('SELECT * FROM every_type', { wrapIntegers: true })) as object[];
    expect(first).toEqual({
      ...row,
      seen_at: '2026-01-31T10:59:00.123456000Z',
      raw: '00ff41',
      extra: '{"a":[1,null]}',
      friends: [
        { id: 'f', n: '1' },
        { id: 'g', n: null },
      ],
    });
  });

  test('has NULL where nothing was given, and an empty array', async () => {
    await on.dataset.createTable('bare', { schema: { fields } });
    await on.insert('bare', { id: 2 });
    const nothing = Object.fromEntries(fields.map(({ name }) => [name, null]));
    expect(await on.rowsOf('SELECT * FROM bare')).toEqual([{ ...nothing, id: 2, tags: [], friends: [] }]);
  });

  test('keeps the order of an array', async () => {
    await on.dataset.createTable('arrays', { schema: { fields } });
    const friends = Array.from({ length: 1000 }, (_, index) => ({ id: String(999 - index), n: index }));
    await on.insert('arrays', { id: 1, friends });
    expect(await on.rowsOf('SELECT friends FROM arrays')).toEqual([{ friends }]);
  });
});

// https://cloud.google.com/bigquery/docs/parameterized-queries
describe('a parameter', () => {
  test.each([
    ['STRING', `it's`, `it's`],
    ['STRING', null, null],
    ['INT64', 42, 42],
    ['INT64', null, null],
    ['FLOAT64', 1.5, 1.5],
    ['NUMERIC', '0.010000001', '0.010000001'],
    ['BOOL', true, true],
    ['DATE', BigQuery.date('2026-01-02'), '2026-01-02'],
    ['TIMESTAMP', BigQuery.timestamp('2026-01-02T03:04:05.678Z'), '2026-01-02T03:04:05.678Z'],
    ['TIMESTAMP', null, null],
    ['DATETIME', BigQuery.datetime('2026-01-02T03:04:05'), '2026-01-02T03:04:05'],
    ['JSON', '{"a":1}', '{"a":1}'],
    ['BYTES', 'AP9B', '00ff41'],
    [['STRING'], ['a', 'b'], ['a', 'b']],
    [['STRING'], [], []],
    [['INT64'], [1, 2], [1, 2]],
    [['TIMESTAMP'], [BigQuery.timestamp('2026-01-02T00:00:00Z')], ['2026-01-02T00:00:00.000Z']],
    [
      { a: 'INT64', b: ['STRING'] },
      { a: 1, b: ['x'] },
      { a: 1, b: ['x'] },
    ],
    [[{ a: 'INT64' }], [{ a: 1 }, { a: 2 }], [{ a: 1 }, { a: 2 }]],
  ])('of type %j comes back as it was: %j', async (type, value, expected) => {
    const more = { params: { value }, types: { value: type } };
    expect(await on.rowsOf('SELECT @value AS value', more)).toEqual([{ value: expected }]);
  });

  test.each([`'; DROP TABLE bare; --`, '$p_value @value \\n ""', 'ends \0 not'])(
    'is a value and never text of the query: %j',
    async (value) => {
      const query = `SELECT @value AS v, '$p_value' AS written, LENGTH(@value) AS length`;
      const row = { v: value, written: '$p_value', length: value.length };
      expect(await on.rowsOf(query, { params: { value } })).toEqual([row]);
      expect(await on.dataset.table('bare').exists()).toEqual([true]);
    },
  );

  test('stands in conditions, in UNNEST, in an interval and in LIMIT', async () => {
    const query = `SELECT x, TIMESTAMP_ADD(@at, INTERVAL x DAY) AS t
      FROM UNNEST(@list) AS x WHERE x IN UNNEST(@list) AND x > @least ORDER BY x LIMIT @most`;
    const params = { list: [3, 1, 2], least: 1, most: 1, at: new Date(0) };
    expect(await on.rowsOf(query, { params })).toEqual([{ x: 2, t: '1970-01-03T00:00:00.000Z' }]);
  });

  test.each([3, 300])(
    'is an array of %i that a value is among, or is not, or nobody knows',
    async (length) => {
      const list = Array.from({ length }, (_, index) => `${index}`);
      const query = `SELECT value, value IN UNNEST(@list) AS is_in, value NOT IN UNNEST(@list) AS is_out,
        value IN UNNEST(@none) AS is_in_none
      FROM UNNEST(["1", "x", NULL]) AS value ORDER BY value DESC`;
      const rows = await on.rowsOf(query, {
        params: { list, none: [] },
        types: { list: ['STRING'], none: ['STRING'] },
      });
      expect(rows).toEqual([
        { value: 'x', is_in: false, is_out: true, is_in_none: false },
        { value: '1', is_in: true, is_out: false, is_in_none: false },
        { value: null, is_in: null, is_out: null, is_in_none: false },
      ]);
    },
  );

  test('takes its type from the value, and means the same in any case', async () => {
    const params = { text: 'a', count: 2, share: 0.5, at: new Date(0), list: [1, 2], record: { id: 'x' } };
    const query =
      'SELECT @TEXT AS t, @count AS c, @share AS s, @at AS a, @list AS l, @record.id AS i, @text AS u';
    expect(await on.rowsOf(query, { params })).toEqual([
      { t: 'a', c: 2, s: 0.5, a: '1970-01-01T00:00:00.000Z', l: [1, 2], i: 'x', u: 'a' },
    ]);
  });

  test('is refused where it is none of its type', async () => {
    const wrong = on.rowsOf('SELECT @n', { params: { n: 'x' }, types: { n: 'INT64' } });
    await expect(wrong).rejects.toMatchObject(failure(400, 'invalid'));
  });
});

// https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#TableFieldSchema
describe('a result', () => {
  test('tells name, type and mode of each column; one without a name is f0_, f1_ …', async () => {
    const query = `SELECT 1 AS i, 1.5 AS f, NUMERIC '1' AS n, TRUE AS b, 'x' AS s, DATE '2026-01-02' AS d,
      TIMESTAMP '2026-01-02' AS t, [1] AS a, STRUCT(1 AS x, ['y'] AS y) AS r, COUNT(*), SUM(one), NULL
      FROM (SELECT 1 AS one)`;
    const [job] = await on.bigquery.createQueryJob({ query });
    const [, , response] = await job.getQueryResults({ autoPaginate: false });
    const described = response?.schema?.fields?.map(({ name, type, mode }) => `${name} ${type} ${mode}`);
    expect(described).toEqual([
      ...['i INTEGER NULLABLE', 'f FLOAT NULLABLE', 'n NUMERIC NULLABLE', 'b BOOLEAN NULLABLE'],
      ...['s STRING NULLABLE', 'd DATE NULLABLE', 't TIMESTAMP NULLABLE', 'a INTEGER REPEATED'],
      ...['r RECORD NULLABLE', 'f0_ INTEGER NULLABLE', 'f1_ INTEGER NULLABLE', 'f2_ INTEGER NULLABLE'],
    ]);
  });
});
