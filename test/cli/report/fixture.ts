import type { ReportData } from '../../../infra/cli/report/data.ts';
import { MOST_PARENTS } from '../../../infra/cli/report/queries.ts';
import type {
  Change,
  DayOfChanges,
  DayOfStates,
  Freshness,
  Group,
  Parent,
} from '../../../infra/cli/report/rows.ts';
import type { State } from '../../../infra/cli/run/run-progress.ts';
import { DAY_MS } from '../../../shared/times.ts';

const MADE_AT = Date.UTC(2026, 10, 24, 8, 30);

/** Names that want to be markup, break out of an attribute, turn the writing direction, or break the line. */
export const HOSTILE_NAMES = [
  '<script>alert(1)</script>',
  '"onload="alert(2)',
  "' onmouseover='alert(3)",
  '</style><img src=x onerror=alert(4)>',
  '&lt;b&gt; is how it is spelt &amp; not <b>',
  '\u202egnp.exe\u2066 turned \u200f around',
  'two\nlines\u0000 and a\u0007bell\u2028and more\ud800',
  '{{7*7}} <!-- ]]>',
  'Zoë 王秀英 👩‍👩‍👧 نور',
  'a name without any place at which it could be broken into two lines: '.replaceAll(' ', '').repeat(3),
];

export const REASON_OF_X = 'Could not find user with usernames: [nobody_here].';

const timeAt = (daysAgo: number): string => new Date(MADE_AT - daysAgo * DAY_MS).toISOString();
const dayAt = (daysAgo: number): string => timeAt(daysAgo).slice(0, 10);

/** A number from 0 up to `below` that only seems random. */
const wobble = (n: number, below: number): number => (Math.imul(n + 11, 2_654_435_761) >>> 8) % below;

export const emptyData = (since?: string): ReportData => ({
  madeAt: timeAt(0),
  source: 'dodo-local.dodo (local data)',
  options: ' --data elsewhere',
  ...(since !== undefined && { since }),
  checks: { checks: 0, cost_usd: 0, full_usd: 0 },
  span: { first_at: null, last_at: null, dispatches: 0, runs: 0, parents: 0 },
  ...{
    parents: [],
    lists: [],
    changes: [],
    groups: [],
    news: [],
    shared: [],
    renames: [],
    withheld: [],
    open: [],
    states: [],
    unfinished: [],
    cost: [],
    jobs: [],
    freshness: [],
    overlap: [],
  },
});

/** A history of `days` days and `ofParents` parents in which everything occurs. */
export function reportData({ days = 60, ofParents = 200 } = {}): ReportData {
  const ago = Array.from({ length: days }, (_, index) => days - 1 - index);
  const shown = Array.from({ length: Math.min(ofParents, MOST_PARENTS) }, (_, n) => n);
  const parents = shown.map((n) => parentAt(n, days, ofParents));
  const period = { first_at: timeAt(days - 1), last_at: timeAt(0) };
  return {
    ...emptyData(),
    span: { ...period, dispatches: days * ofParents, runs: days, parents: ofParents + 3 },
    parents,
    lists: ago.flatMap((daysAgo) => parents.map((parent, n) => listAt(parent, n, daysAgo))),
    changes: ago.flatMap(changesAt),
    groups: GROUPS,
    news: HOSTILE_NAMES.map(changeAt),
    shared: [true, false].map((is_arrival, n) => ({
      ...{ friend_id: `30${n}`, friend_username: `in_common_${n}`, friend_name: null, is_arrival },
      ...{ friend_description: 'Maps & <i>more</i>', friend_followers_count: 4_321 },
      ...{ parents: 3 + n * 4, parent_usernames: ['ewan_mcallister', 'parent_1', 'parent_2'] },
      ...{ not_before: timeAt(3), not_after: timeAt(0), of_friends: 1 + n },
    })),
    renames: [
      {
        ...{ account_id: '310', previous_username: 'old_name', username: 'new_name', name: null },
        ...{ followers_count: 77, observed_at: timeAt(0), of_renames: 1 },
      },
    ],
    withheld: [
      {
        ...{ parent_id: '91', parent_username: 'just_unlocked', friends: 1234, not_after: timeAt(0) },
        of_parents: 1,
      },
    ],
    checks: { checks: 12, cost_usd: 0.57, full_usd: 97.21 },
    open: [
      { frontier_id: '200000000000000003', frontier_username: 'friend_3', fewer: 2, more: 1 },
      { frontier_id: null, frontier_username: null, fewer: 700, more: 0 },
    ].map((row, n) => ({
      ...{ parent_id: `92${n}`, parent_username: `open_${n}`, ...row, completed_at: timeAt(0), of_open: 2 },
    })),
    states: ago.flatMap((daysAgo) => statesAt(daysAgo, ofParents)),
    unfinished: (['unavailable', 'partial', 'over_budget'] as const).map((state, n) => ({
      ...{ parent_id: n === 0 ? null : `90${n}`, parent_username: `unread_${n}`, state },
      reason: [REASON_OF_X, 'page_token_rejected', 'would pass the daily budget of $5.00'][n] ?? null,
      ...{ pages_done: n === 1 ? 2 : 0, total_pages: n === 0 ? null : 3 },
      ...{ dispatched_at: timeAt(n), of_unfinished: 3 },
    })),
    jobs: [
      {
        ...{ job: 'daily_lists', planned_cost_usd: 200, cost_usd: 180.5, friends: 18_000, look_ups: 50 },
        of_jobs: 1,
      },
    ],
    freshness: (['unavailable', 'complete'] as const).map(freshnessAt),
    overlap: [
      {
        ...{ one_id: '100000000000000000', one_username: 'ewan_mcallister', one_friends: 1000 },
        ...{ other_id: '100000000000000001', other_username: 'parent_1', other_friends: 200 },
        ...{ in_common: 50, of_pairs: 1 },
      },
    ],
    cost: ago.map((daysAgo) => {
      const planned_cost_usd = 4 + wobble(daysAgo, 300) / 100;
      const cost_usd = planned_cost_usd * (0.8 + wobble(daysAgo, 30) / 100);
      return { day: dayAt(daysAgo), planned_cost_usd, committed_cost_usd: planned_cost_usd + 0.05, cost_usd };
    }),
  };
}

const parentAt = (n: number, lists: number, of_parents: number): Parent => ({
  parent_id: `1${String(n).padStart(17, '0')}`,
  parent_username: n === 0 ? 'ewan_mcallister' : `parent_${n}`,
  friends_listed: [1000, 2500, 0, 312, 87, 5_431][n % 6] ?? 0,
  ...{ lists, of_parents, arrived: 40 - n, departed: 30 - 2 * n },
});

function listAt({ parent_id, friends_listed: now }: Parent, n: number, daysAgo: number) {
  const friends_listed = Math.max(0, now - Math.round(daysAgo * (1 + (n % 3))) + wobble(daysAgo * 7 + n, 5));
  return { parent_id, completed_at: timeAt(daysAgo + n / 1000), friends_listed };
}

function changesAt(daysAgo: number): DayOfChanges[] {
  const kinds: [DayOfChanges['change'], DayOfChanges['status_of_friend'], number][] = [
    ['followed', null, 5 + wobble(daysAgo, 25)],
    ['reappeared', null, 1 + wobble(daysAgo, 3)],
    ['no_longer_listed', 'active', wobble(daysAgo + 1, 9)],
    ['no_longer_listed', 'unknown', 2 + wobble(daysAgo + 2, 9)],
    ['no_longer_listed', 'suspended', 1 + wobble(daysAgo + 3, 4)],
  ];
  const day = dayAt(daysAgo);
  return kinds.map(([change, status_of_friend, changes]) => ({ day, change, status_of_friend, changes }));
}

function statesAt(daysAgo: number, ofParents: number): DayOfStates[] {
  const others: [State, number][] = [
    ['running', daysAgo === 0 ? 9 : 0],
    ['stopped', 1],
    ['stalled', 1],
    ['partial', 2 + wobble(daysAgo, 4)],
    ['unavailable', 3],
    ['checked', 20],
    ['open', 2 + wobble(daysAgo, 3)],
    ['unaligned', wobble(daysAgo, 2)],
    ['over_budget', wobble(daysAgo, 8)],
  ];
  const complete = Math.max(1, ofParents - others.reduce((sum, [, n]) => sum + n, 0));
  const all: [State, number][] = [['complete', complete], ...others];
  return all.map(([state, dispatches]) => ({ day: dayAt(daysAgo), state, dispatches }));
}

const DISPATCHED = { run_id: '0d0d0d0d-run', dispatch_id: 'of ewan_mcallister' };

/** The first has its friends below it; of the second, in an older run, none has a name to show. */
const GROUPS: Group[] = ['ewan_mcallister', 'parent_1'].map((parent_username, n) => ({
  ...{ ...DISPATCHED, job: 'daily_lists', dispatched_at: timeAt(n), parent_username },
  parent_id: `1${String(n).padStart(17, '0')}`,
  ...(n > 0 && { run_id: '1e1e1e1e-run', dispatch_id: 'of parent_1' }),
  ...{ not_before: timeAt(n + 1), not_after: timeAt(n) },
  ...{ arrived: 25, departed: 40, run_parents: 7, run_arrived: 31, run_departed: 45, of_groups: 9 },
}));

const freshnessAt = (last_state: State, n: number): Freshness => ({
  ...{
    parent_id: n === 0 ? null : '100000000000000000',
    parent_username: ['nobody_here', 'ewan_mcallister'][n] ?? '',
  },
  ...{ full_read_at: n === 0 ? null : timeAt(3), age_hours: n === 0 ? null : 72 },
  ...{ known_at: n === 0 ? null : timeAt(1), last_attempt_at: timeAt(0), last_state },
  ...{ last_reason: n === 0 ? REASON_OF_X : null, attempts_since: 1 },
  ...{ of_parents: 40, never: 3, within_day: 30, within_week: 5 },
});

function changeAt(friend_name: string, n: number): Change {
  const kinds = ['followed', 'no_longer_listed', 'reappeared', 'no_longer_listed'] as const;
  const change = kinds[n % 4] ?? 'followed';
  return {
    ...{ ...DISPATCHED, parent_id: '100000000000000000' },
    ...{ friend_id: `2${String(n).padStart(17, '0')}`, friend_username: `friend_${n}`, friend_name, change },
    ...{ friend_description: `Says ${friend_name}`, friend_verified_type: n === 0 ? 'business' : 'none' },
    friend_followers_count: n === 1 ? null : 90_000 - 1_000 * n,
    status_of_friend: change === 'no_longer_listed' ? (n % 8 === 1 ? 'suspended' : 'unknown') : null,
    absent_dispatches: change === 'followed' ? null : 1 + (n % 3),
    ...{ not_before: timeAt(n === 2 ? 5 : 1), not_after: timeAt(0) },
  };
}
