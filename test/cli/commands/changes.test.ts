import { InvalidArgumentError } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utcTime } from '../../../infra/cli/terminal/options.ts';
import { DAY, minutesAgo } from '../../views/rows.ts';
import { dodo } from '../support/dodo.ts';
import { fallenList, history, openWarehouse } from '../support/history.ts';

const warehouse = await openWarehouse();
afterAll(() => warehouse.close());

async function changes(...args: string[]): Promise<string> {
  const { code, out, err } = await dodo(['changes', ...args], warehouse.running);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out.trimEnd();
}

test('dodo changes says in a friendly way that there is nothing to compare yet', async () => {
  expect(await changes()).toMatch(/^No changes yet: the first complete list of a parent is what later ones/);
  expect(await changes('--json')).toBe('[]');
});

describe('dodo changes', () => {
  beforeAll(() => warehouse.fill(history()));

  const kinds = (printed: string) =>
    (JSON.parse(printed) as Record<string, unknown>[]).map(
      ({ friend_username, change, status_of_friend }) => `${friend_username} ${change} ${status_of_friend}`,
    );
  const day3 = ['bob no_longer_listed unknown', 'ann reappeared null'];
  const day2 = ['cy followed null', 'ann no_longer_listed suspended'];
  const renamed = ['bob no_longer_listed unknown', 'dee followed null'];

  test('prints one JSON array, newest changes first, and nothing else', async () => {
    const rows = JSON.parse(await changes('--json')) as Record<string, string>[];
    const times = rows.map(({ not_after }) => not_after ?? '');
    expect(times).toEqual(times.toSorted().toReversed());
    expect(rows).toHaveLength(6);
    const left = rows.find(({ change, friend_id }) => change === 'no_longer_listed' && friend_id === '10');
    expect(left).toMatchObject({
      parent_id: '1',
      parent_username: 'parent1',
      status_of_friend: 'suspended',
      absent_dispatches: 1,
      previous_dispatch_id: 'a1',
      dispatch_id: 'a2',
      not_before: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
  });

  test.each<[what: string, args: string[], friends: string[]]>([
    ['of a parent by its username in any case, with @', ['@PARENT1'], [...day3, ...day2]],
    ['of a parent by its id', ['1'], [...day3, ...day2]],
    ['of a parent whose list was read once', ['parent2'], []],
    ['of a parent whose list was never read', ['parent3'], []],
    ['from before a rename, by the new name', ['renamed'], renamed],
    ['from before a rename, by the old name', ['parent4'], renamed],
    ['of a kind', ['parent1', '--change', 'no_longer_listed'], [day3[0] ?? '', day2[1] ?? '']],
    ['no more than --limit', ['parent1', '--limit', '3'], [...day3, ...day2.slice(0, 1)]],
    ['since --since', ['parent1', '--since', minutesAgo(3.5 * DAY)], day3],
  ])('%s', async (_, [parent = '', ...more], friends) => {
    expect(kinds(await changes('--json', '--parent', parent, ...more))).toEqual(friends);
  });

  test('prints comma-separated values with a header, also where there is no change', async () => {
    const lines = (await changes('--csv')).split('\n');
    expect(lines).toHaveLength(7);
    expect(lines[0]).toMatch(
      /^parent_id,parent_username,friend_id,friend_username,.*,not_before,not_after,mode$/,
    );
    expect(await changes('--csv', '--parent', 'parent2')).toBe(lines[0]);
  });

  test('prints a table for people, in words that claim no more than was seen', async () => {
    const printed = await changes();
    expect(printed).toMatch(/@parent1 .*no longer listed \(status: unknown\).*@bob Name of bob/);
    expect(printed).toMatch(/@parent1 .*reappeared \(missing in 1 before\).*@ann/);
    expect(printed).toMatch(/@parent1 .*no longer listed \(status: suspended\).*@ann/);
  });

  test('keeps a friend’s name from moving the cursor or turning the line', async () => {
    const printed = await changes('--parent', 'parent4');
    expect(printed).toContain('@dee  [2J<b>Dee');
    expect(printed.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
  });

  test.each([
    [['--since', '2099-01-01'], 'No changes were seen since 2099-01-01 00:00 UTC.'],
    [['--change', 'withheld'], 'No changes "withheld". Lists of 2 parents could be compared.'],
    [['--parent', 'parent2'], 'No changes of parent2. Lists of 2 parents could be compared.'],
  ])('%j says in a friendly way that there is nothing', async (args, says) => {
    expect(await changes(...args)).toBe(says);
  });

  test('says so when it does not know the parent', async () => {
    const { code, err } = await dodo(['changes', '--parent', 'nobody'], warehouse.running);
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/^dodo: no run has had the parent "nobody"/),
    });
  });
});

describe('dodo changes of a list that fell below half of the one before it', () => {
  beforeAll(() => warehouse.fill(fallenList('9')));

  test('says that its friends are withheld, and none is gone', async () => {
    const rows = JSON.parse(await changes('--json', '--parent', '9')) as Record<string, unknown>[];
    expect(new Set(rows.map(({ change }) => change))).toEqual(new Set(['withheld']));
    expect(rows).toHaveLength(25);
    const printed = await changes('--parent', '9');
    expect(printed).toMatch(/@parent9 .*withheld \(missing, for now\).*@friend7 /);
    expect(printed).not.toContain('no longer listed');
    expect(printed).toMatch(
      /\nwithheld: missing in a list that fell below half of the one before it.*counts as gone\.$/,
    );
  });
});

test('dodo changes shows the words of BigQuery where it refuses a query, and does not advise to ask again', async () => {
  const older = await openWarehouse();
  await older.select('CREATE OR REPLACE VIEW `2026_follows`.friend_changes AS SELECT 1 AS not_after_all');
  const { code, err } = await dodo(['changes'], older.running);
  await older.close();
  expect({ code, err }).toEqual({
    code: 1,
    err: expect.stringMatching(
      /^dodo: BigQuery refuses the query: .*not_after.*Is the dataset older than this command\? "npm run deploy" brings/s,
    ),
  });
  expect(err).not.toMatch(/try again|gave no answer/);
});

test('--since takes a day or a time in UTC, and nothing else', () => {
  expect(utcTime('2026-11-24')).toBe(Date.UTC(2026, 10, 24));
  expect(utcTime('2026-11-24T08:15Z')).toBe(Date.UTC(2026, 10, 24, 8, 15));
  for (const text of ['yesterday', '2026-13-01', '2026-02-31', '24.11.2026', '2026-11-24T08:15', ''])
    expect(() => utcTime(text), text).toThrow(InvalidArgumentError);
});
