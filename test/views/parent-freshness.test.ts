import { describe, expect, test } from 'vitest';
import { check } from './check-rows.ts';
import { list } from './lists.ts';
import { DAY, HOUR, minutesAgo, page, plan, type Row } from './rows.ts';
import { openWarehouse, shownOf } from './warehouse.ts';

openWarehouse();

const of = (dispatch: string, ago: number) => ({ dispatch, ago });
const overBudget = { status: 'over_budget', reason: 'no money' };
const unavailable = { outcome: 'unavailable', reason: 'protected' };
/** A complete list that was read within an hour. */
const read = (dispatch: string, ago: number) => list(dispatch, ago - HOUR, ['11', '12'], of(dispatch, ago));

/** The one row that is shown of these plannings and pages. */
type Case = [what: string, dispatches: Row[], completed_scrapes: Row[], shown: Row];

describe('parent_freshness', () => {
  test.each<Case>([
    [
      'says how old the newest complete list is, in whole hours',
      [],
      [read('a', 4 * DAY), read('b', 2 * DAY)],
      {
        ...{ parent_id: '1', parent_username: 'parent1', friends_listed: 2, full_read_dispatch_id: 'b' },
        ...{ full_read_at: minutesAgo(2 * DAY - HOUR), age_hours: 47, known_at: minutesAgo(2 * DAY - HOUR) },
        ...{ last_dispatch_id: 'b', last_state: 'complete', last_reason: null, attempts_since: 0 },
        ...{ last_attempt_at: minutesAgo(2 * DAY), last_job: 'daily', last_run_id: 'run of b' },
      },
    ],
    [
      'says why the newest attempt failed, and how many have since that list',
      [plan(of('b', 2 * DAY), { status: 'suspended', reason: null }), plan(of('c', HOUR), overBudget)],
      [read('a', 4 * DAY)],
      { full_read_dispatch_id: 'a', last_state: 'over_budget', last_reason: 'no money', attempts_since: 2 },
    ],
    [
      'or that it closed midway',
      [],
      [read('a', 4 * DAY), page({ ...of('b', HOUR), fetch: 'b1', at: 30 }, unavailable)],
      { full_read_dispatch_id: 'a', last_state: 'unavailable', last_reason: 'protected', attempts_since: 1 },
    ],
    [
      'has a row for a parent of which no list was ever read to its end',
      [plan(of('a', DAY), { status: 'not_found', reason: null, parent_id: null })],
      [],
      {
        ...{
          parent_id: null,
          parent_username: 'parent1',
          full_read_at: null,
          age_hours: null,
          known_at: null,
        },
        ...{ friends_listed: null, last_state: 'unavailable', last_reason: 'not_found', attempts_since: 1 },
      },
    ],
    [
      'counts an attempt that never learnt the id as one of the parent that went by that name',
      [
        plan(of('b', DAY), {
          status: 'not_found',
          reason: null,
          parent_id: null,
          parent_username: 'Parent1',
        }),
      ],
      [read('a', 4 * DAY)],
      { parent_id: '1', full_read_dispatch_id: 'a', last_dispatch_id: 'b', last_reason: 'not_found' },
    ],
    [
      'and one that came before the id was learnt too',
      [plan(of('a', 4 * DAY), { ...overBudget, parent_id: null })],
      [read('b', DAY)],
      { parent_id: '1', full_read_dispatch_id: 'b', last_dispatch_id: 'b', attempts_since: 0 },
    ],
    [
      'goes by the name of the newest attempt, whatever the parent was called before',
      [],
      [read('a', 4 * DAY), { ...read('b', DAY), parent_username: 'renamed' }],
      { parent_id: '1', parent_username: 'renamed', full_read_dispatch_id: 'b' },
    ],
    [
      'says when a check met the list, which makes it no complete one',
      [],
      [read('a', 4 * DAY), check('b', HOUR, ['11'], {}, of('b', 2 * HOUR))],
      {
        ...{ full_read_dispatch_id: 'a', known_at: minutesAgo(HOUR), age_hours: 4 * 24 - 1 },
        ...{ last_state: 'checked', last_reason: null, attempts_since: 1 },
      },
    ],
    [
      'does not take a check that met nothing for knowledge of the list',
      [],
      [read('a', 4 * DAY), check('b', HOUR, ['13'], { endedBy: 'limit', frontier: null }, of('b', 2 * HOUR))],
      { known_at: minutesAgo(4 * DAY - HOUR), last_state: 'unaligned' },
    ],
    [
      'does not count that a run named the account twice',
      [plan(of('b', HOUR), { status: 'duplicate', reason: null })],
      [read('a', 4 * DAY)],
      { last_dispatch_id: 'a', attempts_since: 0 },
    ],
  ])('%s', async (_, dispatches, completed_scrapes, shown) => {
    expect(await shownOf({ dispatches, completed_scrapes }, 'parent_freshness')).toMatchObject([shown]);
  });
});
