import { InvalidArgumentError } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changesCommand, utcTime } from '../../infra/cli/commands/changes.ts';
import { DAY, minutesAgo } from '../views/rows.ts';
import { emptyFolder, fill, history, removeFolder, runDodo } from './report-history.ts';

let dir: string;
beforeAll(async () => {
  dir = await emptyFolder();
});
afterAll(() => removeFolder(dir));

const changes = (...args: string[]) => runDodo(changesCommand, dir, ...args);

describe('dodo changes over an empty history', () => {
  it('says in a friendly way that there is nothing to compare yet', async () => {
    expect(await changes()).toMatch(
      /^No changes yet: the first complete list of a parent is what later ones/,
    );
    expect(await changes('--json')).toBe('[]');
  });
});

describe('dodo changes', () => {
  beforeAll(() => fill(dir, history()));

  const kinds = (printed: string) =>
    (JSON.parse(printed) as Record<string, unknown>[]).map(
      ({ friend_username, change, status_of_friend }) => [friend_username, change, status_of_friend],
    );
  const day3 = [
    ['bob', 'no_longer_listed', 'unknown'],
    ['ann', 'reappeared', null],
  ];
  const day2 = [
    ['cy', 'followed', null],
    ['ann', 'no_longer_listed', 'suspended'],
  ];

  it('prints one JSON array, newest changes first, and nothing else', async () => {
    const rows = JSON.parse(await changes('--json')) as Record<string, string>[];
    const times = rows.map(({ not_after }) => not_after ?? '');
    expect(times).toEqual(times.toSorted().toReversed());
    expect(rows).toHaveLength(6);
    expect(
      rows.find(({ change, friend_id }) => change === 'no_longer_listed' && friend_id === '10'),
    ).toMatchObject({
      parent_id: '1',
      parent_username: 'parent1',
      status_of_friend: 'suspended',
      absent_dispatches: 1,
      previous_dispatch_id: 'a1',
      dispatch_id: 'a2',
      not_before: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
  });

  it('takes the parent by username in any case, with @, or by id', async () => {
    for (const parent of ['@PARENT1', '1'])
      expect(kinds(await changes('--json', '--parent', parent)), parent).toEqual([...day3, ...day2]);
  });

  it('has nothing of a parent whose list was read once, or never', async () => {
    for (const parent of ['parent2', 'parent3'])
      expect(kinds(await changes('--json', '--parent', parent)), parent).toEqual([]);
  });

  it('finds the changes from before a rename of the parent under either name', async () => {
    for (const parent of ['parent4', 'renamed'])
      expect(kinds(await changes('--json', '--parent', parent)), parent).toEqual([
        ['bob', 'no_longer_listed', 'unknown'],
        ['dee', 'followed', null],
      ]);
  });

  it('leaves out what was seen before --since', async () => {
    const since = minutesAgo(3.5 * DAY);
    expect(kinds(await changes('--json', '--parent', 'parent1', '--since', since))).toEqual(day3);
  });

  it('prints comma-separated values with a header, also where there is no change', async () => {
    const lines = (await changes('--csv')).split('\n');
    expect(lines).toHaveLength(7);
    expect(lines[0]).toMatch(/^parent_id,parent_username,friend_id,friend_username,.*,not_before,not_after$/);
    expect((await changes('--csv', '--parent', 'parent2')).split('\n')).toEqual([lines[0]]);
  });

  it('prints a table for people, in words that claim no more than was seen', async () => {
    const printed = await changes();
    expect(printed).toMatch(/@parent1 .*no longer listed \(status: unknown\).*@bob Name of bob/);
    expect(printed).toMatch(/@parent1 .*reappeared \(missing in 1 before\).*@ann/);
    expect(printed).toMatch(/@parent1 .*no longer listed \(status: suspended\).*@ann/);
  });

  it('keeps a friend’s name from moving the cursor or turning the line', async () => {
    const printed = await changes('--parent', 'parent4');
    expect(printed).toContain('@dee  [2J<b>Dee');
    expect(printed.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
  });

  it('says in a friendly way that there is nothing', async () => {
    expect(await changes('--since', '2099-01-01')).toBe('No changes were seen since 2099-01-01 00:00 UTC.');
    expect(await changes('--parent', 'parent2')).toBe(
      'No changes of parent2. Lists of 2 parents could be compared.',
    );
  });

  it('says so when it does not know the parent', async () => {
    await expect(changes('--parent', 'nobody')).rejects.toThrow('no run has had the parent "nobody"');
  });

  it('takes either --json or --csv', async () => {
    await expect(changes('--json', '--csv')).rejects.toThrow(/cannot be used with/);
  });
});

describe('--since', () => {
  it('takes a day or a time in UTC', () => {
    expect(utcTime('2026-11-24')).toBe('2026-11-24T00:00:00.000Z');
    expect(utcTime('2026-11-24T08:15Z')).toBe('2026-11-24T08:15:00.000Z');
  });

  it.each(['yesterday', '2026-13-01', '2026-02-31', '24.11.2026', '2026-11-24T08:15', ''])(
    'refuses "%s"',
    (text) => {
      expect(() => utcTime(text)).toThrow(InvalidArgumentError);
    },
  );
});
