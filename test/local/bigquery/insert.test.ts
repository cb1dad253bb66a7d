import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startBigQuery } from '../../../infra/local/bigquery/start.ts';
import { DrivenClock } from '../../support/driven-clock.ts';
import { FIELDS_OF_EVERY_TYPE } from '../../support/fields-of-every-type.ts';
import { clientOf, PROJECT, plain } from './client.ts';

const clock = new DrivenClock();
const server = await startBigQuery({ file: ':memory:', project: PROJECT, clock });
const bigquery = clientOf(server.url);
const dataset = bigquery.dataset('inserts');
const fields = FIELDS_OF_EVERY_TYPE;
let table = dataset.table('none');
let tables = 0;

beforeAll(() => dataset.create());
beforeEach(async () => {
  [table] = await dataset.createTable(`t${++tables}`, { schema: { fields } });
});
afterAll(() => server.close());

const stored = async (columns = 'id') =>
  (await bigquery.query(`SELECT ${columns} FROM inserts.${table.id} ORDER BY id`))[0].map(plain);

interface Failure {
  name: string;
  response: {
    insertErrors: { index: number; errors: { reason: string; location: string; message: string }[] }[];
  };
}

/** What insertAll objects to, as index, reason, location and message. */
async function objections(rows: object[], options = {}): Promise<unknown[][]> {
  const error: Failure = await table.insert(rows, { partialRetries: 0, ...options }).then(
    () => ({ name: '', response: { insertErrors: [] } }),
    (failure) => failure,
  );
  if (error.name !== '') expect(error.name).toBe('PartialFailureError');
  return error.response.insertErrors.flatMap(({ index, errors }) =>
    errors.map(({ reason, location, message }) => [index, reason, location, message]),
  );
}

describe('insertAll', () => {
  it('takes times as text in all forms and as seconds, and numbers as text', async () => {
    const times = [
      '2026-01-02',
      '2026-1-2 3:04',
      '2026-01-02 03:04:05 UTC',
      '2026-01-02T05:04:05+02:00',
      1767323045.5,
    ];
    await table.insert(times.map((seen_at, id) => ({ id: String(id), seen_at })));
    expect(await stored('seen_at')).toEqual([
      { seen_at: '2026-01-02T00:00:00.000Z' },
      { seen_at: '2026-01-02T03:04:00.000Z' },
      { seen_at: '2026-01-02T03:04:05.000Z' },
      { seen_at: '2026-01-02T03:04:05.000Z' },
      { seen_at: '2026-01-02T03:04:05.500Z' },
    ]);
  });

  it('names the field of each fault, and stores nothing: the other rows are stopped', async () => {
    const faults = await objections([
      { id: 1 },
      { id: 2, nope: 1, friends: [{ id: 'f', huh: 1 }] },
      { name: 'x' },
    ]);
    expect(faults).toEqual([
      [0, 'stopped', '', ''],
      [1, 'invalid', 'nope', 'no such field: nope.'],
      [1, 'invalid', 'friends.huh', 'no such field: friends.huh.'],
      [2, 'invalid', 'id', 'Missing required field: id.'],
    ]);
    expect(await stored()).toEqual([]);
  });

  it.each([
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
    const given = member
      ? { friends: [{ ...(member !== 'id' && { id: 'f' }), [member]: value }] }
      : { [field]: value };
    const faults = await objections([{ id: 1, ...given }]);
    expect(faults).toEqual([[0, 'invalid', location, expect.stringMatching(/./)]]);
    expect(await stored()).toEqual([]);
  });

  it('stores a row with a known insert id once, for about a minute', async () => {
    const raw = (id: number, insertId?: string) => ({ json: { id }, ...(insertId && { insertId }) });
    const insert = (...rows: object[]) => table.insert(rows, { raw: true });
    await insert(raw(1, 'a'), raw(1, 'a'), raw(2, 'b'));
    await Promise.all([insert(raw(1, 'a')), insert(raw(3, 'c')), insert(raw(3, 'c'))]);
    expect(await stored()).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    await insert(raw(4), raw(4));
    await clock.advance(61_000);
    await insert(raw(1, 'a'));
    expect(await stored()).toEqual([{ id: 1 }, { id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }, { id: 4 }]);
  });

  it('reads a gzipped body', async () => {
    const url = `${server.url}/projects/${PROJECT}/datasets/inserts/tables/${table.id}/insertAll`;
    const body = gzipSync(JSON.stringify({ rows: [{ json: { id: 1 } }] }));
    const response = await fetch(url, { method: 'POST', body, headers: { 'content-encoding': 'gzip' } });
    expect(response.status).toBe(200);
    expect(await stored()).toEqual([{ id: 1 }]);
  });
});
