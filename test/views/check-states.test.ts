import { describe, expect, test } from 'vitest';
import { base, check, closed, goesOn, second } from './check-rows.ts';
import { forgotten, plan, type Row } from './rows.ts';
import { openWarehouse, shownOf } from './warehouse.ts';

openWarehouse();

describe('the state of a check', () => {
  test.each<[what: string, pages: Row[], state: Row]>([
    [
      'checked, where the count is accounted for',
      [check('b', 80, ['11'])],
      { state: 'checked', fewer: 0, more: 0 },
    ],
    [
      'open, where friends are gone that were not found',
      [check('b', 80, ['11'], { endedBy: 'limit', fewer: 2 })],
      { state: 'open', fewer: 2, more: 0 },
    ],
    [
      'open, where friends are there that were not seen',
      [check('b', 80, ['11'], { more: 1 })],
      { state: 'open', fewer: 0, more: 1 },
    ],
    [
      'open, where both are: they never net out',
      [check('b', 80, ['11'], { fewer: 1, more: 1 })],
      { state: 'open', fewer: 1, more: 1 },
    ],
    [
      'unaligned, where the known list was not met',
      [check('b', 80, ['11'], { endedBy: 'limit', frontier: null })],
      { state: 'unaligned' },
    ],
    [
      'complete, where it reached the end',
      [check('b', 80, ['11'], { endedBy: 'end', frontier: '11' })],
      { state: 'complete' },
    ],
    [
      'of the page that ended it, wherever another fetch has gone on',
      [
        check('b', 70, ['11']),
        check('b', 80, ['12'], { endedBy: null }, { fetch: 'x1' }),
        check('b', 60, ['13'], { endedBy: null }, { fetch: 'x2', lineage: ['x1'] }),
      ],
      { state: 'checked', pages_done: 1 },
    ],
  ])('is %s', async (_, pages, state) => {
    const shown = await shownOf(
      { completed_scrapes: [base, ...pages] },
      'dispatch_progress',
      'dispatch_id DESC',
    );
    expect(shown[0]).toMatchObject({
      reason: null,
      is_final: true,
      mode: 'check',
      base_dispatch_id: 'a',
      ...state,
    });
  });

  test.each<[what: string, pages: Row[], state: Row]>([
    ['running, while it goes on', [goesOn], { state: 'running', is_final: false }],
    [
      'running, where a page of its chain is not stored',
      [check('b', 70, ['12'], {}, second)],
      { state: 'running' },
    ],
    ['partial, where X closed the list midway', [goesOn, closed], { state: 'partial', reason: 'protected' }],
  ])('is %s, and nothing it counted is shown', async (_, pages, state) => {
    const shown = await shownOf(
      { completed_scrapes: [base, ...pages] },
      'dispatch_progress',
      'dispatch_id DESC',
    );
    expect(shown[0]).toMatchObject({ ...state, fewer: null, more: null });
  });

  test('comes with the mode, the reason and the base of its plan', async () => {
    const planned = { mode: 'check', mode_reason: 'search_waits', base_dispatch_id: 'a' };
    const shown = await shownOf({ dispatches: [plan({ dispatch: 'b' }, planned)] }, 'dispatch_progress');
    expect(shown).toMatchObject([planned]);
  });
});

test('a page that goes on states nothing but that it was read', async () => {
  const [row] = await shownOf({ completed_scrapes: [goesOn] }, 'scrape_history');
  const nothing = { check_ended_by: null, frontier_id: null, fewer: null, more: null, is_aligned: null };
  expect(row).toMatchObject({ mode: 'check', ...nothing, chain_ended: false, chain_complete: false });
});

test('no view shows a forgotten account that a check has named: it is neither new nor missing', async () => {
  const pages = [base, check('b', 80, ['12', '15'], { missing: ['11'] })];
  const rows = {
    completed_scrapes: pages,
    forgotten_accounts: [forgotten({ id: '11' }), forgotten({ id: '15' })],
  };
  for (const view of [
    'scrape_history',
    'friends',
    'current_friends',
    'friend_changes',
    'dispatch_progress',
  ] as const)
    expect(JSON.stringify(await shownOf(rows, view))).not.toMatch(/"(user)?1[15]"/);
  expect(await shownOf(rows, 'friend_changes')).toEqual([]);
  expect(await shownOf(rows, 'dispatch_progress', 'dispatch_id DESC')).toMatchObject([
    { state: 'checked' },
    {},
  ]);
});
