import { beforeEach, describe, expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { bigQueryUnderTest, failure } from '../support/bigquery.ts';
import { FIELDS_OF_EVERY_TYPE } from '../support/fields-of-every-type.ts';

const on = await bigQueryUnderTest();

let tables = 0;
let name: string;
beforeEach(async () => {
  name = `t${++tables}`;
  await on.dataset.createTable(name, { schema: { fields: FIELDS_OF_EVERY_TYPE } });
});

/** The rows, once another that was inserted after them is seen; it is not among them. */
async function stored(columns = 'id') {
  await on.dataset.table(name).insert({ id: -1 });
  const isSeen = async () => (await on.rowsOf(`SELECT id FROM ${name} WHERE id = -1`)).length > 0;
  await until('the row after them is seen', isSeen);
  return on.rowsOf(`SELECT ${columns} FROM ${name} WHERE id >= 0 ORDER BY id`);
}

interface Failure {
  name: string;
  response: {
    insertErrors: { index: number; errors: { reason: string; location: string; message: string }[] }[];
  };
}

/** What insertAll objects to, as row, reason, location and message; the client would send refused rows once more. */
async function objections(rows: object[], options = {}): Promise<unknown[][]> {
  const failed: Failure | null = await on.dataset
    .table(name)
    .insert(rows, { partialRetries: 0, ...options })
    .then(
      () => null,
      (error) => error,
    );
  if (failed) expect(failed.name).toBe('PartialFailureError');
  const faults = failed?.response.insertErrors ?? [];
  return faults.flatMap(({ index, errors }) =>
    errors.map(({ reason, location, message }) => [index, reason, location, message]),
  );
}

const SOME = expect.any(String);

// https://cloud.google.com/bigquery/docs/reference/rest/v2/tabledata/insertAll
describe('insertAll', () => {
  test('stores rows that queries see', async () => {
    expect(await objections([{ id: 1 }, { id: 2 }])).toEqual([]);
    expect(await stored()).toEqual([{ id: 1 }, { id: 2 }]);
  });

  // skipInvalidRows: "The default value is false, which causes the entire request to fail if any invalid rows exist."
  // https://cloud.google.com/bigquery/docs/error-messages: "stopped"
  test('with an invalid row stores none: each fault is named by its field, the good rows are stopped', async () => {
    const rows = [{ id: 1 }, { id: 2, nope: 1, friends: [{ id: 'f', huh: 1 }] }, { name: 'x' }];
    expect(await objections(rows)).toEqual([
      [0, 'stopped', '', ''],
      [1, 'invalid', 'nope', 'no such field: nope.'],
      [1, 'invalid', 'friends.huh', 'no such field: friends.huh.'],
      [2, 'invalid', 'id', expect.stringMatching(/^Missing required field/)],
    ]);
    expect(await stored()).toEqual([]);
  });

  test('with skipInvalidRows stores the good rows, and names the others', async () => {
    const faults = await objections([{ id: 1 }, { id: 'x' }, { id: 3 }], { skipInvalidRows: true });
    expect(faults).toEqual([[1, 'invalid', 'id', SOME]]);
    expect(await stored()).toEqual([{ id: 1 }, { id: 3 }]);
  });

  test('with ignoreUnknownValues drops what the schema does not have', async () => {
    expect(await objections([{ id: 1, nope: 1 }], { ignoreUnknownValues: true })).toEqual([]);
    expect(await stored()).toEqual([{ id: 1 }]);
  });

  // "Maximum request size": https://cloud.google.com/bigquery/quotas#streaming_inserts
  test('takes 10,485,760 bytes in a request and not one more', async () => {
    const table = on.dataset.table(name);
    const send = (bytes: number) => {
      const rows = Array.from({ length: 21 }, (_, id) => ({ json: { id, name: 'x'.repeat(490_000) } }));
      const [last] = rows.slice(-1);
      const missing = bytes - JSON.stringify({ rows }).length;
      if (last) last.json.name += 'x'.repeat(missing);
      return table.insert(rows, { raw: true, partialRetries: 0 });
    };
    await expect(send(10_485_761)).rejects.toMatchObject(failure(400, 'badRequest'));
    await send(10_485_760);
    expect(await stored()).toHaveLength(21);
  });

  // https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#timestamp_type
  test('takes times as text in all forms and as seconds', async () => {
    const times = {
      '2026-01-02': '2026-01-02T00:00:00.000Z',
      '2026-1-2 3:04': '2026-01-02T03:04:00.000Z',
      '2026-01-02 03:04:05 UTC': '2026-01-02T03:04:05.000Z',
      '2026-01-02T05:04:05+02:00': '2026-01-02T03:04:05.000Z',
    };
    const given = [...Object.keys(times), 1767323045.5];
    await objections(given.map((seen_at, id) => ({ id: String(id), seen_at })));
    const expected = [...Object.values(times), '2026-01-02T03:04:05.500Z'];
    expect(await stored('seen_at')).toEqual(expected.map((seen_at) => ({ seen_at })));
  });

  // https://cloud.google.com/bigquery/docs/schemas#modes, https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types
  test.each([
    ['id', 'abc'],
    ['id', 1.5],
    ['id', '9223372036854775808'],
    ['price', '1.0000000001'],
    ['price', 'a lot'],
    ['ratio', 'half'],
    ['ok', 'maybe'],
    ['day', '2026-02-30'],
    ['day', '2026-01-02T03:04:05'],
    ['seen_at', 'yesterday'],
    ['seen_at', '2026-01-02T25:00:00Z'],
    ['local', '2026-01-02T03:04:05Z'],
    ['raw', '%%%'],
    ['extra', '{"a":'],
    ['name', ['x']],
    ['name', { a: 1 }],
    ['tags', 'x'],
    ['tags', [null]],
    ['friends', [1]],
    ['friends.id', undefined],
    ['friends.n', 'x'],
  ])('refuses for %s the value %j', async (location, value) => {
    const [field = '', member] = location.split('.');
    const friend = member && { ...(member !== 'id' && { id: 'f' }), [member]: value };
    const row = { id: 1, ...(member ? { friends: [friend] } : { [field]: value }) };
    expect(await objections([row])).toEqual([[0, 'invalid', location, SOME]]);
    expect(await stored()).toEqual([]);
  });
});

// insertId: "Insertion ID for best-effort deduplication. This feature is not recommended":
// https://cloud.google.com/bigquery/docs/reference/rest/v2/tabledata/insertAll
describe('an insert id', () => {
  const insert = (...rows: object[]) => on.dataset.table(name).insert(rows, { raw: true, partialRetries: 0 });

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
    const refused = insert({ insertId: 'a', json: { id: 'x' } });
    await expect(refused).rejects.toMatchObject({ name: 'PartialFailureError' });
    await insert({ insertId: 'a', json: { id: 1 } });
    expect(await stored()).toEqual([{ id: 1 }]);
  });
});
