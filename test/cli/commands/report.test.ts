import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY, minutesAgo } from '../../views/rows.ts';
import { dodo } from '../support/dodo.ts';
import { fallenList, famousFriends, history, listsReadOnce, openWarehouse } from '../support/history.ts';
import { emptyDir } from '../support/process.ts';

const [dir, warehouse] = await Promise.all([emptyDir(), openWarehouse()]);
afterAll(async () => {
  await warehouse.close();
  await rm(dir, { recursive: true });
});

async function report(...args: string[]): Promise<{ printed: string; text: string }> {
  const out = join(dir, 'report.html');
  const ran = await dodo(['report', '--out', out, ...args], warehouse.running);
  expect(ran).toMatchObject({ code: 0, err: '' });
  return { printed: ran.out, text: textOf(await readFile(out, 'utf8')) };
}

/** What a reader sees of the body, charts aside. */
const textOf = (page: string): string =>
  page
    .slice(page.indexOf('<body>'))
    .replace(/<svg[\s\S]*?<\/svg>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

test('dodo report over an empty history is an honest page', async () => {
  expect((await report()).text).toContain('Nothing to report yet');
});

test('dodo report says so in a sentence when the file cannot be written', async () => {
  const ran = await dodo(['report', '--out', join(dir, 'no', 'such', 'folder.html')], warehouse.running);
  expect(ran).toEqual({
    code: 1,
    out: '',
    err: expect.stringMatching(
      /^dodo: the report could not be written: ENOENT.* Name another file with --out\.\n$/,
    ),
  });
});

describe('dodo report', () => {
  let whole: Awaited<ReturnType<typeof report>>;
  beforeAll(async () => {
    await warehouse.fill(history());
    whole = await report();
  });

  test('writes one file and says where', () => {
    expect(whole.printed).toBe(
      `The report over 8 dispatches of 4 parents is in ${join(dir, 'report.html')}; open it in a browser.\n`,
    );
  });

  test.each([
    '8 dispatches in 3 runs',
    'Followed 2 Reappeared 1 No longer listed 2 No longer listed: account suspended or deleted 1',
    'The newest run that showed a change names 2 parents: +1 new on a list, −2 no longer listed',
    // The words about itself and the followers are X's, and not in these rows.
    'New on the list Name of cy @cy No longer listed Name of ann @ann (the account is suspended)',
    'No longer listed Name of bob @bob (the account’s status is unknown)',
    'Name of ann @ann (listed again, after 1 list without)',
    'Lost by several parents Name of bob @bob 2 parents : @parent1 , @renamed',
    'parent3 none never',
    'daily $0.12 $0.35 11 friends and',
    '@parent1 2 friends +2 −2 in 3 lists',
    '1 parent has no complete list in the period.',
    'Complete 7 Over budget 1',
    '@parent3 over budget past the daily budget 0 of 2',
    '[2J&lt;b&gt;Dee @dee',
    // Seven plans at $0.05 (the eighth was over budget); eleven friends and the question after ann at $0.01.
    'Planned $0.35 Spent $0.12',
    'Spent $0.12 of $0.35 planned, $0.42 at most',
  ])('shows what the views say: %s', (line) => {
    expect(whole.text).toContain(line);
  });

  test('shows the most active parents first, and none without a list', () => {
    expect(whole.text).toMatch(
      /@parent1 2 friends.*@renamed 1 friend \+1 −1 in 3 lists.*@parent2 1 friend \+0 −0 in 1 list/,
    );
    expect(whole.text).not.toMatch(/@parent3 \d+ friend|most active of/);
  });

  test('keeps to the period of --since', async () => {
    const { text } = await report('--since', minutesAgo(3.5 * DAY));
    expect(text).toMatch(/4 dispatches in 1 run.*\(asked for: since \d+ \w+ 20\d\d, \d\d:\d\d\)/);
    expect(text).not.toContain('Name of cy @cy');
    expect(text).toContain('Name of bob @bob (the account’s status is unknown)');
  });

  test('shows a list that fell below half of the one before it as withheld, and counts nobody of it as gone', async () => {
    await warehouse.fill(fallenList('9'));
    const { text } = await report();
    expect(text).toContain('@parent9 1 friend +0 −0 in 2 lists');
    expect(text).toMatch(/Withheld Lists that fell .*@parent9 25 \d+ \w+ 20\d\d/);
    expect(text).toContain('No longer listed 2 No longer listed: account suspended or deleted 1');
  });

  test('ranks friends by followers, with their words, and shows whom parents share, renames and each job’s cost', async () => {
    await warehouse.fill(famousFriends());
    // What a day cost is told whole: to the minute, so that no run of the day before is of that day.
    const { text } = await report('--since', minutesAgo(2 * DAY));
    for (const line of [
      'names 2 parents: +4 new on a list, −0 no longer listed',
      'New on the list Fay @fay 90,000 followers Maps &amp; more Kim @kim 12 followers, verified (blue)',
      'Followed by several parents Fay @fay 90,000 followers Maps &amp; more 2 parents : @parent7 , @parent8',
      'Other usernames: 1 account',
      '@fay Fay @fay_now 90,000',
      'Bought famous $0.04 $0.20 4 friends and 0 look-ups',
      '3 100 % @parent7 of 3 @parent8 of 3',
    ])
      expect(text).toContain(line);
  });

  test('over many parents shows the most active ones, and says so', async () => {
    await warehouse.fill(listsReadOnce(20));
    const { text } = await report();
    expect(text).toContain('Shown are the 12 most active of 26 parents');
    expect(text).toMatch(/Friends of each parent.*@parent1 2 friends/);
    expect(text.match(/friends? \+\d+ −\d+ in \d lists?/g)).toHaveLength(12);
  });
});
