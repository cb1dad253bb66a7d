import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BigQueryUnderTest, startBigQueryUnderTest } from '../support/bigquery.ts';

let on: BigQueryUnderTest;
beforeAll(async () => {
  on = await startBigQueryUnderTest();
});
afterAll(() => on.close());

const fields = [
  { name: 'id', type: 'INTEGER', mode: 'REQUIRED' },
  { name: 'name', type: 'STRING' },
  { name: 'seen_at', type: 'TIMESTAMP' },
  { name: 'tags', type: 'STRING', mode: 'REPEATED' },
  { name: 'friend', type: 'RECORD', fields: [{ name: 'id', type: 'STRING', mode: 'REQUIRED' }] },
];
let tables = 0;
let name: string;
beforeEach(async () => {
  name = `t${++tables}`;
  await on.dataset.createTable(name, { schema: { fields } });
});

const stored = (columns = 'id') => on.rowsOf(`SELECT ${columns} FROM ${name} ORDER BY id`);

interface Failure {
  name: string;
  response: { insertErrors: { index: number; errors: { reason: string; location: string }[] }[] };
}

/** What insertAll objects to, as row, reason and location; the client would send refused rows again by itself. */
async function objections(rows: object[], options = {}): Promise<unknown[][]> {
  const failure: Failure | null = await on.dataset
    .table(name)
    .insert(rows, { partialRetries: 0, ...options })
    .then(
      () => null,
      (error) => error,
    );
  if (failure) expect(failure.name).toBe('PartialFailureError');
  const faults = failure?.response.insertErrors ?? [];
  return faults.flatMap(({ index, errors }) =>
    errors.map(({ reason, location }) => [index, reason, location]),
  );
}

// https://cloud.google.com/bigquery/docs/reference/rest/v2/tabledata/insertAll
describe('insertAll', () => {
  test('stores rows that a query sees at once', async () => {
    expect(await objections([{ id: 1 }, { id: 2 }])).toEqual([]);
    expect(await stored()).toEqual([{ id: 1 }, { id: 2 }]);
  });

  // skipInvalidRows: "The default value is false, which causes the entire request to fail if any invalid rows exist."
  // https://cloud.google.com/bigquery/docs/error-messages: "stopped"
  test('with an invalid row stores none: the good rows are stopped', async () => {
    expect(await objections([{ id: 1 }, { id: 2, nope: 1 }, { id: 'x' }])).toEqual([
      [0, 'stopped', ''],
      [1, 'invalid', 'nope'],
      [2, 'invalid', 'id'],
    ]);
    expect(await stored()).toEqual([]);
  });

  test('with skipInvalidRows stores the good rows, and names the others', async () => {
    const faults = await objections([{ id: 1 }, { id: 'x' }, { id: 3 }], { skipInvalidRows: true });
    expect(faults).toEqual([[1, 'invalid', 'id']]);
    expect(await stored()).toEqual([{ id: 1 }, { id: 3 }]);
  });

  test('with ignoreUnknownValues drops what the schema does not have', async () => {
    expect(await objections([{ id: 1, nope: 1 }], { ignoreUnknownValues: true })).toEqual([]);
    expect(await stored()).toEqual([{ id: 1 }]);
  });

  // https://cloud.google.com/bigquery/docs/nested-repeated
  test('stores arrays and records; an array that is not given is empty', async () => {
    await objections([{ id: 1, tags: ['x', 'y'], friend: { id: 'f' } }, { id: 2 }]);
    expect(await stored('id, tags, friend')).toEqual([
      { id: 1, tags: ['x', 'y'], friend: { id: 'f' } },
      { id: 2, tags: [], friend: null },
    ]);
  });

  // https://cloud.google.com/bigquery/docs/schemas#modes, https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types
  test.each<[string, object]>([
    ['a required column that is missing', { name: 'x' }],
    ['a text for a number', { id: 'abc' }],
    ['a number beyond INT64', { id: '9223372036854775808' }],
    ['a time that is none', { id: 1, seen_at: 'yesterday' }],
    ['one value for an array', { id: 1, tags: 'x' }],
    ['NULL in an array', { id: 1, tags: [null] }],
    ['an array for one value', { id: 1, name: ['x'] }],
    ['a required field that is missing in a record', { id: 1, friend: {} }],
  ])('refuses %s', async (_, row) => {
    expect(await objections([row])).toEqual([[0, 'invalid', expect.any(String)]]);
    expect(await stored()).toEqual([]);
  });

  test('into a table that is not there is notFound', async () => {
    await expect(on.dataset.table('none').insert({ id: 1 })).rejects.toMatchObject({ code: 404 });
  });
});

// insertId: "Insertion ID for best-effort deduplication. This feature is not recommended":
// https://cloud.google.com/bigquery/docs/reference/rest/v2/tabledata/insertAll
describe('an insert id', () => {
  const insert = (...rows: object[]) => on.dataset.table(name).insert(rows, { raw: true });

  /** So nothing of ours relies on the second row being dropped: the views do that. */
  test('sent twice leaves one row or two, never none', async () => {
    for (let times = 0; times < 2; times++) await insert({ insertId: 'a', json: { id: 1 } });
    const rows = await stored();
    expect(rows.length).toBeGreaterThanOrEqual(1);
    expect(rows.length).toBeLessThanOrEqual(2);
  });

  test('of its own keeps each of two equal rows', async () => {
    await insert({ insertId: 'a', json: { id: 1 } }, { insertId: 'b', json: { id: 1 } });
    await insert({ json: { id: 1 } });
    expect(await stored()).toEqual([{ id: 1 }, { id: 1 }, { id: 1 }]);
  });

  test('of a row that was refused is free for a better one', async () => {
    const refused = on.dataset
      .table(name)
      .insert([{ insertId: 'a', json: { id: 'x' } }], { raw: true, partialRetries: 0 });
    await expect(refused).rejects.toMatchObject({ name: 'PartialFailureError' });
    await insert({ insertId: 'a', json: { id: 1 } });
    expect(await stored()).toEqual([{ id: 1 }]);
  });
});
