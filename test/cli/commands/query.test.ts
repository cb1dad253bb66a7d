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

describe('dodo query --csv', () => {
  const csv = (sql: string, ...more: string[]) => dodo(['query', '--csv', sql, ...more], warehouse.running);

  test('prints the header also where there are no rows', async () => {
    const { code, out } = await csv(
      'SELECT parent_username, state AS what FROM dispatch_progress WHERE false',
    );
    expect({ code, out }).toEqual({ code: 0, out: 'parent_username,what\n' });
  });

  test('keeps a spreadsheet from running text as a formula, and with --raw leaves it as it is', async () => {
    const sql = "SELECT '@ann' AS name, '=1+1' AS words, -1 AS n";
    expect((await csv(sql)).out).toBe("name,words,n\n'@ann,'=1+1,-1\n");
    const raw = 'name,words,n\n@ann,=1+1,-1\n';
    expect((await csv(sql, '--raw')).out).toBe(raw);
    expect((await dodo(['query', '--raw', sql], warehouse.running)).out).toBe(raw);
  });
});
