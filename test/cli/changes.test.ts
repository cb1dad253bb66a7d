import { InvalidArgumentError } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changesCommand, utcTime } from '../../infra/cli/changes.ts';
import { DAY, minutesAgo, noRows, type Rows } from '../views/rows.ts';
import { folderWith, history, runDodo } from './report-history.ts';

const folders: Awaited<ReturnType<typeof folderWith>>[] = [];
const dirWith = async (rows: Rows): Promise<string> => {
  const folder = await folderWith(rows);
  folders.push(folder);
  return folder.dir;
};
afterAll(() => Promise.all(folders.map(({ remove }) => remove())));

describe('dodo changes', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await dirWith(history());
  });
  const changes = (...args: string[]) => runDodo(changesCommand, dir, ...args);
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
    const printed = await changes('--json');
    expect(kinds(printed)).toEqual([...day3, ...day2]);
    expect(JSON.parse(printed)[3]).toMatchObject({
      parent_id: '1',
      parent_username: 'parent1',
      friend_id: '10',
      absent_dispatches: 1,
      previous_dispatch_id: 'a1',
      dispatch_id: 'a2',
      not_before: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
  });

  it('takes the parent by username in any case, with @, or by id', async () => {
    for (const parent of ['parent1', '@PARENT1', '1'])
      expect(kinds(await changes('--json', '--parent', parent)), parent).toHaveLength(4);
    expect(kinds(await changes('--json', '--parent', 'parent2'))).toEqual([]);
  });

  it('finds the changes from before a rename of the parent under its new name', async () => {
    const rows = history();
    for (const row of [...rows.dispatches, ...rows.completed_scrapes])
      if (row.dispatch_id === 'a3') row.parent_username = 'renamed';
    const printed = await runDodo(changesCommand, await dirWith(rows), '--json', '--parent', 'renamed');
    expect(kinds(printed)).toEqual([...day3, ...day2]);
  });

  it('leaves out what was seen before --since', async () => {
    expect(kinds(await changes('--json', '--since', minutesAgo(3.5 * DAY)))).toEqual(day3);
  });

  it('prints comma-separated values with a header, also where there is no change', async () => {
    const lines = (await changes('--csv')).split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/^parent_id,parent_username,friend_id,friend_username,.*,not_before,not_after$/);
    expect((await changes('--csv', '--parent', 'parent2')).split('\n')).toEqual([lines[0]]);
  });

  it('prints a table for people, in words that claim no more than was seen', async () => {
    const printed = await changes();
    expect(printed).toMatch(/@parent1 .*no longer listed \(status: unknown\).*@bob Name of bob/);
    expect(printed).toMatch(/reappeared \(missing in 1 before\).*@ann/);
    expect(printed).toMatch(/no longer listed \(status: suspended\).*@ann/);
  });

  it('keeps a friend’s name from moving the cursor or turning the line', async () => {
    const rows = history();
    const name = '\u001b[2J\u202eevil';
    for (const { friends } of rows.completed_scrapes)
      for (const friend of friends as Record<string, string>[]) friend.name = name;
    const printed = await runDodo(changesCommand, await dirWith(rows));
    expect(printed).toContain('@cy  [2Jevil');
    expect(printed.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
  });

  it('says why there is nothing, in a friendly way', async () => {
    expect(await changes('--since', '2099-01-01')).toBe('No changes were seen since 2099-01-01 00:00 UTC.');
    expect(await changes('--parent', 'parent2')).toBe(
      'No changes of parent2. Lists of 1 parent could be compared.',
    );
    expect(await runDodo(changesCommand, await dirWith(noRows()))).toMatch(
      /^No changes yet: the first complete list/,
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
