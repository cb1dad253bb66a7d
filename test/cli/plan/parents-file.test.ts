import { describe, expect, test } from 'vitest';
import { parentsIn } from '../../../infra/cli/plan/parents-file.ts';
import { WrongUsage } from '../../../infra/cli/terminal/errors.ts';
import { usernameOf } from '../../../infra/cli/terminal/options.ts';

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
    ['nothing', '\n# nobody\n', 'F names no account'],
  ])('with %s is refused, by line', (_, content, message) => {
    expect(() => parentsIn(content, 'F')).toThrow(WrongUsage);
    expect(() => parentsIn(content, 'F')).toThrow(message);
  });
});

test('a username may be given with @, which is no part of it', () => {
  expect(usernameOf('@alice')).toEqual({ username: 'alice' });
  expect(usernameOf('@@alice')).toMatch(/no X username/);
});
