import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportCommand } from '../../infra/cli/commands/report.ts';
import { DAY, minutesAgo } from '../views/rows.ts';
import { emptyFolder, fill, history, listsReadOnce, removeFolder, runDodo } from './report-history.ts';

let dir: string;
beforeAll(async () => {
  dir = await emptyFolder();
});
afterAll(() => removeFolder(dir));

async function report(...args: string[]): Promise<{ printed: string; text: string }> {
  const out = join(dir, 'report.html');
  const printed = await runDodo(reportCommand, dir, '--out', out, ...args);
  return { printed, text: textOf(await readFile(out, 'utf8')) };
}

/** What a reader sees of the body, charts aside. */
const textOf = (page: string): string =>
  page
    .slice(page.indexOf('<body>'))
    .replace(/<svg[\s\S]*?<\/svg>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

describe('dodo report over an empty history', () => {
  it('is an honest page', async () => {
    expect((await report()).text).toContain('Nothing to report yet');
  });

  it('says so in a sentence when the file cannot be written', async () => {
    const out = join(dir, 'no', 'such', 'folder.html');
    await expect(runDodo(reportCommand, dir, '--out', out)).rejects.toThrow(
      /^the report could not be written: ENOENT.* Name another file with --out\.$/,
    );
  });
});

describe('dodo report', () => {
  let whole: Awaited<ReturnType<typeof report>>;
  beforeAll(async () => {
    await fill(dir, history());
    whole = await report();
  });

  it('writes one file and says where', () => {
    expect(whole.printed).toBe(
      `The report over 8 dispatches of 4 parents is in ${join(dir, 'report.html')}; open it in a browser.`,
    );
  });

  it('shows what the views say: changes, parents, states and money', () => {
    const { text } = whole;
    expect(text).toContain('8 dispatches in 3 runs');
    expect(text).toContain(
      'Followed 2 Reappeared 1 No longer listed 2 No longer listed: account suspended or deleted 1',
    );
    expect(text).toContain('@parent1 followed Name of cy @cy');
    expect(text).toContain('@parent1 no longer lists Name of ann @ann (the account is suspended)');
    expect(text).toContain('@parent1 no longer lists Name of bob @bob (the account’s status is unknown)');
    expect(text).toContain('@parent1 lists Name of ann @ann again, after 1 list without');
    expect(text).toContain('@parent1 2 friends +2 −2 in 3 lists');
    expect(text).toMatch(
      /@parent1 2 friends.*@renamed 1 friend \+1 −1 in 3 lists.*@parent2 1 friend \+0 −0 in 1 list/,
    );
    expect(text).toContain('1 parent has no complete list in the period.');
    expect(text).not.toMatch(/@parent3 \d+ friend/);
    expect(text).toContain('Complete 7 Over budget 1');
    expect(text).toContain('@parent3 over budget past the daily budget 0 of 2');
    expect(text).toContain('@parent4 followed [2J&lt;b&gt;Dee @dee');
    // Seven plans at $0.05 (the eighth was over budget); eleven friends and the question after ann at $0.01.
    expect(text).toContain('Planned $0.35 Spent $0.12');
  });

  it('keeps to the period of --since', async () => {
    const { text } = await report('--since', minutesAgo(3.5 * DAY));
    expect(text).toContain('4 dispatches in 1 run');
    expect(text).not.toContain('followed Name of cy');
    expect(text).toContain('no longer lists Name of bob');
  });
});

describe('dodo report over many parents', () => {
  it('shows the most active ones, and says so', async () => {
    await fill(dir, listsReadOnce(20));
    const { text } = await report();
    expect(text).toContain('Shown are the 12 most active of 23 parents');
    expect(text).toMatch(/Friends of each parent.*@parent1 2 friends/);
    expect(text.match(/friends? \+\d+ −\d+ in \d lists?/g)).toHaveLength(12);
  });
});
