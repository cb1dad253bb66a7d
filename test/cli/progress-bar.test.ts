import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { DispatchProgress } from '../../infra/cli/run/run-progress.ts';
import { createProgressDisplay } from '../../infra/cli/terminal/progress-bar.ts';

function output(isTTY: boolean) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 200 });
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => String(stream.read() ?? '') };
}

const row = (parent_username: string, state: string, pages_done: number, total_pages: number) =>
  ({ dispatch_id: parent_username, parent_username, state, pages_done, total_pages }) as DispatchProgress;

describe('progress on a terminal', () => {
  test('is a bar for all pages and one for each dispatch that runs, and no bar is fuller than the truth', () => {
    const { stream, text } = output(true);
    const display = createProgressDisplay('run', stream);
    display.show([row('ann', 'running', 1, 4), row('bob', 'complete', 2, 5)], 'a note');
    display.done();
    const shown = text();
    const last = shown.slice(shown.lastIndexOf('run ['));
    expect(shown).toMatch(/@ann +\[=+ +\] 1\/4 pages/);
    expect(shown).not.toContain('@bob');
    expect(last).toMatch(/^run \[=+ +\] 3\/6 pages, a note/);
    expect(last).not.toContain('6/6');
  });

  test('is full only when all is done', () => {
    const { stream, text } = output(true);
    const display = createProgressDisplay('run', stream);
    display.show([row('ann', 'running', 3, 3)]);
    display.show([row('ann', 'running', 999, 1000)]);
    expect(text()).not.toMatch(/\[=+\]/);
    display.show([row('ann', 'complete', 4, 3)]);
    display.done();
    expect(text()).toMatch(/run \[=+\] 4\/4 pages/);
  });
});

test('elsewhere progress is a plain line whenever something has changed', () => {
  const { stream, text } = output(false);
  const display = createProgressDisplay('run', stream);
  for (const pages of [1, 1, 2]) display.show([row('ann', 'running', pages, 4)], 'a note');
  display.done();
  expect(text()).toBe('run: 1 of 4 pages, a note\nrun: 2 of 4 pages, a note\n');
});
