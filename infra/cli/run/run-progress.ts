import type { Mode, ModeReason } from '../../../shared/plan/reading.ts';
import { DAY_MS } from '../../../shared/times.ts';
import { sumUsd } from '../../../shared/x/prices.ts';
import { rowsOf, texts, time } from '../target/query.ts';
import type { Target } from '../target/target.ts';

/** The most urgent first. */
export const STATES = [
  'stalled',
  'stopped',
  'running',
  'over_budget',
  'partial',
  'unavailable',
  'unaligned',
  'open',
  'checked',
  'complete',
] as const;
export type State = (typeof STATES)[number];

/** One dispatch of a run, as the view `dispatch_progress` shows it. */
export interface DispatchProgress {
  run_id: string;
  job: string;
  dispatch_id: string;
  parent_username: string;
  status: string | null;
  state: State;
  reason: string | null;
  /** Nothing more can come of it, also where the run is published again. */
  is_final: boolean;
  total_pages: number | null;
  pages_done: number;
  friends_count: number | null;
  friends_listed: number;
  planned_cost_usd: number | null;
  committed_cost_usd: number | null;
  cost_usd: number;
  mode: Mode;
  /** Why a check that was asked for is a full read, or is not as usual. */
  mode_reason: ModeReason | null;
  /** Of a check that has ended: friends whom X's count has or has not, and nobody has found. */
  fewer: number | null;
  more: number | null;
  dispatched_at: string;
}

/** Takes `@run_ids` ARRAY<STRING>. */
export const runsDispatchedSql = (dataset: string) => `
SELECT MIN(dispatched_at) AS earliest, MAX(dispatched_at) AS latest
FROM ${dataset}.dispatches
WHERE run_id IN UNNEST(@run_ids)`;

type Dispatched = Record<'earliest' | 'latest', string | null>;

/** Takes `@run_ids` ARRAY<STRING>, `@since` and `@until` TIMESTAMP: other days of the history are not read. */
export const progressSql = (dataset: string) => `
SELECT run_id, job, dispatch_id, parent_username, status, state, reason, is_final, total_pages, pages_done,
  friends_count, friends_listed, planned_cost_usd, committed_cost_usd, cost_usd, mode, mode_reason, fewer, more, dispatched_at
FROM ${dataset}.dispatch_progress
WHERE dispatched_at >= @since AND dispatched_at <= @until AND run_id IN UNNEST(@run_ids)
ORDER BY run_id, parent_username`;

export async function progressOf(target: Target, runIds: string[]): Promise<DispatchProgress[]> {
  const run_ids = texts(runIds);
  const [of] = await rowsOf<Dispatched>(target, runsDispatchedSql, { run_ids });
  // A run of which no plan is stored may have pages all the same, published by hand.
  const now = target.clock.now();
  const [earliest, latest] =
    of?.earliest && of.latest
      ? [Date.parse(of.earliest), Date.parse(of.latest)]
      : [now - 366 * DAY_MS, now + 2 * DAY_MS];
  // Times are read to the millisecond, and stored to the microsecond.
  return rowsOf(target, progressSql, { run_ids, since: time(earliest), until: time(latest + 1) });
}

/** "complete", "unavailable: protected", "open: 2 fewer by X's count", "complete (read in full: keyframe)". */
export function stateText({
  state,
  reason,
  mode,
  mode_reason,
  ...unseen
}: Pick<DispatchProgress, 'state' | 'reason' | 'mode' | 'mode_reason' | 'fewer' | 'more'>): string {
  const open = [
    ...(unseen.fewer ? [`${unseen.fewer} fewer`] : []),
    ...(unseen.more ? [`${unseen.more} more`] : []),
  ].join(', ');
  const why = state === 'open' && open !== '' ? `${open} by X's count` : reason;
  const asked = mode_reason === null ? '' : ` (${mode === 'full' ? 'read in full: ' : ''}${mode_reason})`;
  return `${[state, why].filter(Boolean).join(': ')}${asked}`;
}

/** Nothing more will happen to it by itself. */
export const hasEnded = ({ state }: DispatchProgress): boolean =>
  state !== 'running' && state !== 'stopped' && state !== 'stalled';

/**
 * How many pages a dispatch comes to. One that has ended has no more than it has got; one whose list goes on beyond
 * its plan has at least one more.
 */
export function pagesExpected(row: DispatchProgress): number {
  if (hasEnded(row)) return row.pages_done;
  // Those of a check follow from one another as long as they must.
  const planned = row.mode === 'check' ? 0 : (row.total_pages ?? 0);
  return row.pages_done < planned ? planned : row.pages_done + 1;
}

export const pagesDoneOf = (rows: DispatchProgress[]): number =>
  rows.reduce((sum, row) => sum + row.pages_done, 0);
export const pagesExpectedOf = (rows: DispatchProgress[]): number =>
  rows.reduce((sum, row) => sum + pagesExpected(row), 0);

/** What was expected for pages and look-ups; of what was not dispatched, the look-up is in what was spent. */
export const plannedUsdOf = (rows: DispatchProgress[]): number => sumOf(rows, 'planned_cost_usd');
/** The same, of what may be spent at most. */
export const committedUsdOf = (rows: DispatchProgress[]): number => sumOf(rows, 'committed_cost_usd');
export const spentUsdOf = (rows: DispatchProgress[]): number => sumUsd(rows.map((row) => row.cost_usd));

const sumOf = (rows: DispatchProgress[], column: 'planned_cost_usd' | 'committed_cost_usd'): number =>
  sumUsd(rows.map((row) => (row.status === 'dispatched' ? (row[column] ?? 0) : row.cost_usd)));
