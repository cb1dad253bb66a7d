import { describe, expect, test } from 'vitest';
import type { Waiting } from '../../../infra/cli/run/run-log.ts';
import type { DispatchProgress } from '../../../infra/cli/run/run-progress.ts';
import { type RunSize, UNKNOWN_SIZE } from '../../../infra/cli/run/run-size.ts';
import { isOver, statusOf } from '../../../infra/cli/run/run-status.ts';
import { noteOf, runText } from '../../../infra/cli/run/run-table.ts';
import type { Clock } from '../../../shared/clock.ts';
import { readConfig } from '../../../shared/config.ts';

const NOW = Date.UTC(2026, 0, 15, 12);
const config = readConfig({ X_CALLS_PER_WINDOW: '10', X_WINDOW_SECONDS: '100' });

const row = (dispatch_id: string, more: Partial<DispatchProgress>): DispatchProgress => ({
  ...{ run_id: 'run', job: 'job', dispatch_id, parent_username: dispatch_id },
  ...{ status: 'dispatched', state: 'running', reason: null, is_final: false, total_pages: 4, pages_done: 0 },
  ...{ friends_count: 4000, friends_listed: 0, planned_cost_usd: 40, cost_usd: 0 },
  committed_cost_usd: 40.4,
  ...{ mode: 'full', mode_reason: null, fewer: null, more: null },
  dispatched_at: new Date(NOW).toISOString(),
  ...more,
});
const waiting = (ms: number): Waiting => ({
  why: 'the gate is closed',
  until: new Date(NOW + ms).toISOString(),
  cause: 'rate-limited',
  remedy: null,
});
/** `waits`: by dispatch, what it waits for. */
const status = (
  rows: DispatchProgress[],
  { waits = {}, size = UNKNOWN_SIZE }: { waits?: Record<string, Waiting>; size?: RunSize } = {},
) => {
  const log = { dispatches: new Map(Object.entries(waits)), planning: null };
  return statusOf('run', { progress: rows, size, log }, config, NOW);
};

describe('the status of a run', () => {
  test('expects of a list that ended early no more pages, of one that goes on beyond its plan one more', () => {
    const rows = [
      row('short', { state: 'complete', pages_done: 2 }),
      row('long', { pages_done: 4 }),
      row('begun', { pages_done: 1 }),
    ];
    expect(status(rows)).toMatchObject({ pagesDone: 7, pagesExpected: 2 + 5 + 4 });
  });

  test('tells the time left at the limit, in a fresh window where the gate is closed for all that run', () => {
    const rows = [row('a', { pages_done: 3 }), row('b', { total_pages: 6, pages_done: 2 })];
    const [inHalf, inOne] = [waiting(30_000), waiting(60_000)];
    const paced = { ...inOne, cause: 'paced' };
    const left = (waits: Record<string, Waiting>) => status(rows, { waits }).secondsLeft;
    // The first half of a window of 10 calls is used up, so 5 more take the rest of it: 100 s.
    expect(left({})).toBe(100);
    expect(left({ a: inOne, b: inHalf })).toBe(30);
    expect(left({ a: inOne })).toBe(100);
    expect(left({ a: paced, b: paced })).toBe(100);
    expect(status([row('a', { state: 'stopped' })]).secondsLeft).toBeNull();
  });

  test('counts as planned and committed what was dispatched, and the look-up of what was not', () => {
    const rows = [row('a', {}), row('b', { status: 'over_budget', state: 'over_budget', cost_usd: 0.01 })];
    expect(status(rows)).toMatchObject({ plannedUsd: 40.01, committedUsd: 40.41, spentUsd: 0.01 });
  });

  test('is over only when every parent that was asked for has been planned and has ended', () => {
    const ended = [row('a', { state: 'complete', pages_done: 4 }), row('b', { state: 'unavailable' })];
    const over = (rows: DispatchProgress[], parents: number | null, unplanned = 0) =>
      isOver(status(rows, { size: { parents, unplanned } }));
    expect(over(ended, 2)).toBe(true);
    expect(over(ended, 3, 1)).toBe(false);
    expect(over([...ended, row('c', {})], 3)).toBe(false);
    expect(over([], null)).toBe(false);
    // Who watches it sees it go on.
    expect(over([...ended, row('c', { state: 'stopped' })], 3)).toBe(false);
    const planning = { ...waiting(60_000), cause: 'stopped' };
    expect(
      isOver({ ...status(ended, { size: { parents: 2, unplanned: 0 } }), planningWaits: planning }),
    ).toBe(false);
    // One that is planned and forgotten is not shown, and nobody waits for it.
    expect(over(ended, 3)).toBe(true);
    expect(over([], 1)).toBe(true);
  });

  test('says in one line what is left and why it waits', () => {
    const waits = status([row('a', {})], {
      waits: { a: waiting(600_000) },
      size: { parents: 2, unplanned: 1 },
    });
    expect(noteOf(waits, { config, clock: { now: () => NOW } as Clock })).toBe(
      '0 of 2 parents ended; about 10 min left at 10 calls per 100 s; waits: rate-limited, until 2026-01-15 12:10 UTC, in 10 min',
    );
  });

  test.each([
    ['planned after it was asked what is not', 2, { parents: 2, unplanned: 2 }, '0 of 2 parents ended'],
    ['known of no request', 2, UNKNOWN_SIZE, '0 of 2 parents ended'],
    [
      'published by hand beside those that were asked for',
      2,
      { parents: 1, unplanned: 1 },
      '0 of 2 parents ended',
    ],
    ['not planned yet', 1, { parents: 3, unplanned: 2 }, '0 of 3 parents ended'],
  ])('counts a parent once: %s', (_, shown, size, says) => {
    const rows = ['a', 'b'].slice(0, shown).map((id) => row(id, {}));
    expect(noteOf(status(rows, { size }), { config, clock: { now: () => NOW } as Clock })).toContain(says);
  });

  test('says that a stack is needed of a run that goes on, and not of one that is over', () => {
    const target = { where: 'local data' as const, options: '', config, clock: { now: () => NOW } as Clock };
    const text = (...rows: DispatchProgress[]) => runText(status(rows), target, '');
    const ended = row('a', { state: 'complete', pages_done: 4 });
    expect(text(ended, row('b', {}))).toContain('no stack is up: nothing goes on until "npx dodo local"');
    expect(text(ended)).not.toContain('no stack is up');
  });
});
