import { describe, expect, test } from 'vitest';
import { parentsInColumn } from '../../../infra/cli/plan/parents-csv.ts';
import { parentsIn } from '../../../infra/cli/plan/parents-file.ts';
import { csvOf } from '../../../infra/cli/terminal/csv.ts';
import { WrongUsage } from '../../../infra/cli/terminal/errors.ts';
import { usernameOf } from '../../../infra/cli/terminal/options.ts';
import { jsonOf } from '../../../shared/messages/delivery.ts';

describe('a file of parents', () => {
  test('has one username a line, or JSON Lines with metadata, or both', () => {
    const content =
      '\uFEFFalice\r\n@Bob_1\n\n# a comment\n  {"username":"@carl","id":"5","friendsCount":7,"name":"C"}\n';
    expect(parentsIn(content, 'F')).toEqual([
      { username: 'alice' },
      { username: 'Bob_1' },
      { username: 'carl', id: '5', friendsCount: 7, name: 'C' },
    ]);
  });

  test.each([
    ['lines that end in CR alone', 'okuser\rokuser2\r', [{ username: 'okuser' }, { username: 'okuser2' }]],
    ['quotes', '"okuser"\n\'@okuser2\'', [{ username: 'okuser' }, { username: 'okuser2' }]],
    [
      'marks that cannot be seen',
      '\u200B@okuser\u200E\n\u202Aokuser2\u202C',
      [{ username: 'okuser' }, { username: 'okuser2' }],
    ],
    [
      'names of which a heading is a part',
      'usernamed\nthe_handler',
      [{ username: 'usernamed' }, { username: 'the_handler' }],
    ],
    ['the address of a profile', 'https://x.com/okuser?lang=en', [{ username: 'okuser' }]],
    ['an address without a scheme', 'www.twitter.com/okuser/', [{ username: 'okuser' }]],
    ['an id', 'id:78021221', [{ username: '78021221', id: '78021221' }]],
    ['a username of digits', '@78021221', [{ username: '78021221' }]],
    [
      'a name of the first years, by its id',
      '{"username":"abcdefghijklmnopq","id":"5"}',
      [{ username: 'abcdefghijklmnopq', id: '5' }],
    ],
    [
      'an account that is called like a heading',
      '@username\nokuser',
      [{ username: 'username' }, { username: 'okuser' }],
    ],
  ])('is read with %s', (_, content, parents) => {
    expect(parentsIn(content, 'F')).toEqual(parents);
  });

  test.each([
    ['a heading', 'username\nokuser', 'line 1 of F: it looks like the heading of a column'],
    ['a heading in quotes', '\n"Screen_Name"\nokuser', 'line 2 of F: it looks like the heading'],
    // What stands above a column of ours, or of another program's.
    ...[
      ...['friend_username', 'parent_username', 'Usernames', 'twitter_handle', 'x_user_name', 'author_id'],
      ...['accounts', 'profile_url', 'following', 'ScreenName', 'display_name', 'id'],
    ].map((word) => [word, `${word}\nokuser`, 'line 1 of F: it looks like the heading of a column']),
    ['digits', 'okuser\n78021221', 'line 2 of F: "78021221" may be an id or a username: write id:78021221'],
    ...['None', 'NaN', 'null', 'NA', 'NaT'].map((word) => [
      word,
      word,
      `line 1 of F: "${word}" is how programs write nothing`,
    ]),
    [
      'an address that is no profile',
      'https://x.com/home',
      'line 1 of F: "https://x.com/home" is no X username',
    ],
    [
      'an address for sharing',
      'https://x.com/share?url=a',
      'line 1 of F: "https://x.com/share?url=a" is no X',
    ],
    [
      'an address of a post',
      'https://x.com/okuser/status/1',
      'line 1 of F: "https://x.com/okuser/status/1" is no',
    ],
    ['a name of the first years alone', 'abcdefghijklmnopq', 'more than the 15 characters of a name that X'],
    ['control characters', 'ok\u0007\u202euser', 'line 1 of F: "ok user" is no X username'],
    ['letters that are turned', 'okuser\n\u202eresuko\u202c', 'line 2 of F: "resuko" is no X username'],
    ['a name that X would not have', 'alice\nbob smith', 'line 2 of F: "bob smith" is no X username'],
    [
      'a name that is too long',
      'a_name_of_16_chr',
      'line 1 of F: "a_name_of_16_chr" has more than the 15 characters',
    ],
    ['JSON that is cut off', '# first\n{"username":"a"', 'line 2 of F: it is no JSON'],
    ['an object without a username', '{"name":"a"}', 'line 1 of F: the object has no "username".'],
    [
      'an id that lost its digits',
      '{"username":"a","id":1600000000000000001}',
      'line 1 of F: "id" must be a text',
    ],
    ['a count that is none', '{"username":"a","friendsCount":-1}', 'line 1 of F: "friendsCount" must be'],
    [
      'the heading of several columns',
      'parent_username,state\nokuser,complete',
      'line 1 of F: it looks like the heading of a column: name the column with --column',
    ],
    [
      'thousands of levels',
      `{"username":"a","of":${'['.repeat(9000)}${']'.repeat(9000)}}`,
      'line 1 of F: it is nested too deeply: a message may have 100 levels.',
    ],
    ['nothing', '\n# nobody\n', 'F names no account'],
  ])('with %s is refused, by line', (_, content, message) => {
    expect(() => parentsIn(content, 'F')).toThrow(WrongUsage);
    expect(() => parentsIn(content, 'F')).toThrow(message);
  });
});

test('a line is nested as deeply as the message that it becomes a part of may be', () => {
  const nested = (levels: number) =>
    `{"username":"a","of":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
  const messageOf = (line: string) => ({ data: Buffer.from(`{"parents":[${line}]}`) });
  expect(() => jsonOf(messageOf(nested(98)))).not.toThrow();
  expect(parentsIn(nested(98), 'F')).toHaveLength(1);
  expect(() => jsonOf(messageOf(nested(99)))).toThrow('more than 100 levels');
  expect(() => parentsIn(nested(99), 'F')).toThrow('nested too deeply');
});

describe('a column of comma-separated values', () => {
  const csv = 'at,friend_username,friend_id\n2026-11-24,ann,10\n"a, ""b""\nc",\'@bob,11\n';

  test.each([
    ['a username', csv, 'friend_username', [{ username: 'ann' }, { username: 'bob' }]],
    ['whatever the case of its name', csv, 'Friend_Username', [{ username: 'ann' }, { username: 'bob' }]],
    [
      'ids, where the name says so',
      csv,
      'friend_id',
      [
        { username: '10', id: '10' },
        { username: '11', id: '11' },
      ],
    ],
    ['a byte order mark and CRLF', '\uFEFFname\r\nann\r\n', 'name', [{ username: 'ann' }]],
    ['an empty row', 'name,n\nann,1\n,\n\nbob,2\n', 'name', [{ username: 'ann' }, { username: 'bob' }]],
    ['an address', 'url\nhttps://x.com/ann\n', 'url', [{ username: 'ann' }]],
  ])('may hold %s', async (_, content, column, parents) => {
    expect(await parentsInColumn(content, column, 'F')).toEqual(parents);
  });

  test('is read as "dodo query --csv" writes it, with apostrophes and without', async () => {
    const rows = [{ friend_username: '@ann' }, { friend_username: 'bob' }];
    for (const raw of [true, false])
      expect(await parentsInColumn(csvOf(rows, { raw }), 'friend_username', 'F')).toEqual([
        { username: 'ann' },
        { username: 'bob' },
      ]);
  });

  test.each([
    [
      'without that column',
      csv,
      'username',
      'F has no column "username". It has "at", "friend_username", "friend_id".',
    ],
    ['that something else separates', 'name;n\nann;1', 'name', 'F has no column "name". It has "name;n".'],
    ['with an empty cell', 'name,n\nann,1\n,2', 'name', 'row 2 of F: nothing stands in that column.'],
    ['with what is no username', 'name\nann\nbob smith', 'name', 'row 2 of F: "bob smith" is no X username'],
    [
      'with digits that may be an id',
      'name\n78021221',
      'name',
      'row 1 of F: "78021221" may be an id or a username',
    ],
    ['with an id that lost its digits', 'id\n1.6E+18', 'id', 'row 1 of F: "1.6E+18" is no X username'],
    [
      'with a quote that is never closed',
      'name,n\nann,1\n"bob,2\ncarl,3',
      'name',
      'row 2 of F: "bob,2 carl,3" is no X',
    ],
    ['with nothing below the heading', 'name\n', 'name', 'F names no account'],
  ])('%s is refused', async (_, content, column, message) => {
    const read = parentsInColumn(content, column, 'F');
    await expect(read).rejects.toThrow(WrongUsage);
    await expect(read).rejects.toThrow(message);
  });
});

test('a username may be given with @, which is no part of it', () => {
  expect(usernameOf('@alice')).toEqual({ username: 'alice' });
  expect(usernameOf('@@alice')).toMatch(/no X username/);
});
