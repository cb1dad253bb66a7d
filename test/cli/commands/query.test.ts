import { afterAll, describe, expect, test } from 'vitest';
import { tableFiles, viewFiles } from '../../../infra/bigquery/files.ts';
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

describe('on a screen of 60 characters', () => {
  const shown = async (...args: string[]) => {
    const { code, out, err } = await dodo(args, { ...warehouse.running, width: 60 });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return out.trimEnd().split('\n');
  };
  const TABLES = [
    ['query', 'SELECT * FROM friends ORDER BY dispatch_id, friend_id'],
    ['changes'],
    ['status', '--since', '2026-01-01'],
    ['status', 'run 3'],
    ['forget', '--scrub'],
  ];

  test.each(TABLES)('the table of dodo %s %s fits, and with --wide it is whole', async (...args) => {
    const words = args.filter(Boolean);
    const ofTable = (lines: string[]) => lines.filter((line) => /^[│┌├└]/.test(line));
    const lines = await shown(...words);
    expect(ofTable(lines).length).toBeGreaterThan(3);
    for (const line of ofTable(lines)) expect(line.length).toBeLessThanOrEqual(60);
    expect(lines.join('\n')).toMatch(/--wide shows everything$/m);
    const { out: piped } = await dodo(words, warehouse.running);
    const whole = ofTable(piped.split('\n'));
    expect(whole[0]?.length).toBeGreaterThan(60);
    expect(ofTable(await shown(...words, '--wide'))).toEqual(whole);
  });

  test('one row that is wider is a list', async () => {
    const lines = await shown('query', 'SELECT * FROM friends ORDER BY friend_id, dispatched_at LIMIT 1');
    expect(lines).toHaveLength(viewFiles().find(({ name }) => name === 'friends')?.columns.size ?? 0);
    expect(lines).toContainEqual(expect.stringMatching(/^friend_username +ann$/));
  });

  test('one that is not stays a table', async () => {
    expect(await shown('query', 'SELECT 1 AS n')).toHaveLength(5);
  });
});

describe('dodo query tells what there is', () => {
  const told = async (...args: string[]) => {
    const { code, out, err } = await dodo(['query', ...args], warehouse.running);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return out;
  };

  test('--tables lists each view and table with what a row is, in a sentence, and needs no warehouse', async () => {
    const { code, out } = await dodo(['query', '--tables', '--json'], { data: '/nonexistent' });
    expect(code).toBe(0);
    const rows = JSON.parse(out);
    for (const [kind, files] of [
      ['view', viewFiles()],
      ['table', tableFiles()],
    ] as const)
      for (const { name, description } of files)
        expect(rows).toContainEqual({ name, kind, a_row_is: description.split(/(?<=\.) /)[0] });
    expect(rows).toHaveLength(viewFiles().length + tableFiles().length);
    expect(await told('--tables', '--csv')).toMatch(/^name,kind,a_row_is\naccount_history,view,/);
  });

  test('--describe lists the columns of a view with types and descriptions', async () => {
    const out = await told('--describe', 'friends');
    expect(out).toMatch(/^friends: One row per dispatch and friend: /);
    expect(out).toMatch(/ dispatched_at +│ TIMESTAMP +│ When the run was dispatched; the partition\./);
    const rows = JSON.parse(await told('--describe', 'friends', '--json'));
    expect(rows.map(({ column }: { column: string }) => column)).toEqual([
      ...(viewFiles()
        .find(({ name }) => name === 'friends')
        ?.columns.keys() ?? []),
    ]);
  });

  test('and of a table those inside of a record too', async () => {
    const rows = JSON.parse(await told('--describe', 'completed_scrapes', '--json'));
    expect(rows).toContainEqual({
      column: 'friends',
      type: 'ARRAY<STRUCT>',
      description: expect.any(String),
    });
    expect(rows).toContainEqual({
      column: 'friends.id',
      type: 'STRING',
      description: expect.stringMatching(/./),
    });
    expect(rows.filter(({ description }: { description: string }) => description === '')).toEqual([]);
  });

  const LISTS = '"npx dodo query --tables" lists those there are.';
  const OF_FRIENDS = '"npx dodo query --describe friends" lists the columns.';
  test.each([
    [
      'a column',
      'SELECT frend_username FROM friends',
      `frend_username. Did you mean friend_username? ${OF_FRIENDS}`,
    ],
    [
      'a column of an alias',
      'SELECT f.frend_id FROM friends AS f',
      `frend_id not found inside f. Did you mean friend_id? ${OF_FRIENDS}`,
    ],
    ['a column that is like none', 'SELECT zzz FROM friends', `Unrecognized name: zzz. ${OF_FRIENDS}`],
    [
      'a column in WHERE',
      'SELECT 1 FROM friends WHERE parent_usernam = "x"',
      'Did you mean parent_username?',
    ],
    [
      'a column that another view has',
      'SELECT plannd_cost_usd FROM friends, friend_changes',
      'Did you mean planned_cost_usd? "npx dodo query --describe friend_changes" and "npx dodo query --describe friends" list the columns.',
    ],
    [
      'a column by its last word',
      'SELECT username FROM parent_freshness',
      'Unrecognized name: username. Did you mean parent_username? "npx dodo query --describe parent_freshness"',
    ],
    [
      'a column that only others have',
      'SELECT spent_usd FROM friends',
      `Unrecognized name: spent_usd. ${OF_FRIENDS}`,
    ],
    ['a table', 'SELECT 1 FROM frends', `2026_follows.frends. Did you mean friends? ${LISTS}`],
    ['a table that is like none', 'SELECT 1 FROM everything', `2026_follows.everything. ${LISTS}`],
  ])('says what was meant by %s that is misspelt', async (_, sql, says) => {
    const { code, out, err } = await query(sql);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(says);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  test('says what was meant by a table that cannot be described', async () => {
    expect(await dodo(['query', '--describe', 'frends'], warehouse.running)).toEqual({
      code: 1,
      out: '',
      err: `dodo: there is no table or view "frends". Did you mean friends? ${LISTS}\n`,
    });
  });

  const columnsOf = (view: string) => [
    ...(viewFiles()
      .find(({ name }) => name === view)
      ?.columns.keys() ?? []),
  ];
  test.each([
    ['a table', ['SELECT 1 FROM zzz'], [...viewFiles(), ...tableFiles()].map(({ name }) => name)],
    ['a table that is to be described', ['--describe', 'zzz'], viewFiles().map(({ name }) => name)],
    ['a column', ['SELECT zzz FROM friend_changes'], columnsOf('friend_changes')],
  ])('answers a wrong name of %s with the command that lists all there are', async (_, args, all) => {
    const { code, err } = await dodo(['query', ...args], warehouse.running);
    const [, command = ''] = /"npx dodo (query [^"]+)" lists/.exec(err) ?? [];
    expect([code, all.length > 5]).toEqual([1, true]);
    const listed = (await dodo(command.split(' '), warehouse.running)).out;
    expect(all.filter((name) => !new RegExp(`^│ ${name} `, 'm').test(listed))).toEqual([]);
  });
});
