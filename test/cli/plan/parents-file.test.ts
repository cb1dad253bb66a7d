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
    ['a name that X would not have', 'alice\nbob smith', 'line 2 of F: "bob smith" is no X username'],
    ['a name that is too long', 'a_name_of_16_chr', 'line 1 of F: "a_name_of_16_chr" is no X username'],
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
