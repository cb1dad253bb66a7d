import { afterAll, describe, expect, test } from 'vitest';
import { dodo } from '../support/dodo.ts';
import { history, openWarehouse } from '../support/history.ts';

const warehouse = await openWarehouse();
await warehouse.fill(history());
afterAll(() => warehouse.close());

const query = (sql: string) => dodo(['query', '--json', sql], warehouse.running);

describe('dodo query runs what BigQuery takes for one SELECT', () => {
  test.each([
    ['a comment before it', '-- how many\nSELECT 1 AS n'],
    ['a comment of another kind', '/* how many */ SELECT 1 AS n'],
    ['a third kind of comment', '# how many\nSELECT 1 AS n'],
    ['parentheses', '(SELECT 1 AS n)'],
    ['WITH', 'WITH one AS (SELECT 1 AS n) SELECT n FROM one'],
  ])('with %s', async (_, sql) => {
    expect(await query(sql)).toEqual({ code: 0, out: '[{"n":1}]\n', err: '' });
  });

  test.each([
    [
      'a change',
      'DELETE FROM dispatches WHERE true',
      2,
      /only one SELECT can be run with "query", and this is DELETE/,
    ],
    ['a change behind a comment', '-- SELECT\nDELETE FROM dispatches WHERE true', 2, /this is DELETE/],
    ['a SELECT and a change', 'SELECT 1; DELETE FROM dispatches WHERE true', 1, /several statements/],
    ['no statement', 'SELEC 1', 1, /the query failed/],
  ])('and refuses %s, which changes nothing', async (_, sql, code, says) => {
    const ran = await query(sql);
    expect(ran).toEqual({ code, out: '', err: expect.stringMatching(says) });
    expect(await warehouse.select('SELECT COUNT(*) > 0 AS kept FROM dispatches')).toEqual([{ kept: true }]);
  });
});
