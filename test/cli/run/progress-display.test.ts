import { describe, expect, test } from 'vitest';
import { createProgressDisplay } from '../../../infra/cli/run/progress-display.ts';
import type { DispatchProgress } from '../../../infra/cli/run/run-progress.ts';
import { fakeTerminal } from '../support/fake-terminal.ts';

function progress(isScreen: boolean) {
  const { terminal, printed } = fakeTerminal({ isScreen });
  return { printed, display: createProgressDisplay('run', terminal) };
}

const row = (parent_username: string, state: string, pages_done: number, total_pages: number) =>
  ({ dispatch_id: parent_username, parent_username, state, pages_done, total_pages }) as DispatchProgress;

describe('progress on a terminal', () => {
  test('is a bar for all pages and one for each dispatch that runs, and no bar is fuller than the truth', () => {
    const { printed, display } = progress(true);
    display.show([row('ann', 'running', 1, 4), row('bob', 'complete', 2, 5)], 'a note');
    display.done();
    const last = printed.err.slice(printed.err.lastIndexOf('run ['));
    expect(printed.err).toMatch(/@ann +\[=+ +\] 1\/4 pages/);
    expect(printed.err).not.toContain('@bob');
    expect(last).toMatch(/^run \[=+ +\] 3\/6 pages, a note/);
    expect(last).not.toContain('6/6');
  });

  test('is full only when all is done', () => {
    const { printed, display } = progress(true);
    display.show([row('ann', 'running', 3, 3)]);
    display.show([row('ann', 'running', 999, 1000)]);
    expect(printed.err).not.toMatch(/\[=+\]/);
    display.show([row('ann', 'complete', 4, 3)]);
    display.done();
    expect(printed.err).toMatch(/run \[=+\] 4\/4 pages/);
  });
});

test('elsewhere progress is a plain line whenever something has changed', () => {
  const { printed, display } = progress(false);
  for (const pages of [1, 1, 2]) display.show([row('ann', 'running', pages, 4)], 'a note');
  display.done();
  expect(printed).toEqual({ out: '', err: 'run: 1 of 4 pages, a note\nrun: 2 of 4 pages, a note\n' });
});
