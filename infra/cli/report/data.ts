import type { State } from '../run/run-progress.ts';
import { LONGEST_MS, type Params, rowsOf, text, texts, time } from '../target/query.ts';
import type { Target } from '../target/target.ts';
import * as sql from './queries.ts';

/** All that the report shows. Times are ISO 8601 in UTC, days YYYY-MM-DD, amounts US dollars. */
export interface ReportData {
  madeAt: string;
  /** Where the history lies, in words. */
  source: string;
  /** Start of the period where one was asked for. */
  since?: string;
  span: Span;
  /** The most active ones of `span.parents`, the most active first. */
  parents: Parent[];
  /** Of those parents, oldest first. */
  lists: List[];
  changes: DayOfChanges[];
  latest: Change[];
  withheld: Withheld[];
  checks: Checks;
  open: OpenCheck[];
  states: DayOfStates[];
  unfinished: Unfinished[];
  cost: DayOfCost[];
}

export interface Span {
  /** Null where nothing was dispatched. */
  first_at: string | null;
  last_at: string | null;
  dispatches: number;
  runs: number;
  parents: number;
}

export interface Parent {
  parent_id: string;
  parent_username: string;
  /** On the newest complete list. */
  friends_listed: number;
  /** How many complete lists there are. */
  lists: number;
  arrived: number;
  departed: number;
  /** How many parents have a complete list, shown or not. */
  of_parents: number;
}

export interface List {
  parent_id: string;
  completed_at: string;
  friends_listed: number;
}

export type ChangeKind = 'followed' | 'reappeared' | 'no_longer_listed';
export type FriendStatus = 'active' | 'suspended' | 'not_found' | 'unknown';

export interface DayOfChanges {
  day: string;
  change: ChangeKind;
  status_of_friend: FriendStatus | null;
  changes: number;
}

export interface Change {
  parent_id: string;
  parent_username: string;
  friend_id: string;
  friend_username: string | null;
  friend_name: string | null;
  change: ChangeKind;
  status_of_friend: FriendStatus | null;
  absent_dispatches: number | null;
  not_before: string;
  not_after: string;
}

/** A parent whose newest list fell below half of the one before it. */
export interface Withheld {
  parent_id: string;
  parent_username: string;
  /** How many are missing in it. */
  friends: number;
  not_after: string;
  /** How many such parents there are, shown or not. */
  of_parents: number;
}

/** What the checks of the period have cost, and what full reads would have, by X's counts and today's price. */
export interface Checks {
  checks: number;
  cost_usd: number;
  full_usd: number;
}

/** A parent whose newest dispatch that has ended is a check that left something open. */
export interface OpenCheck {
  parent_id: string;
  parent_username: string;
  /** The friend down to whom the list was met. */
  frontier_id: string | null;
  frontier_username: string | null;
  fewer: number;
  more: number;
  completed_at: string;
  /** How many such parents there are, shown or not. */
  of_open: number;
}

export interface DayOfStates {
  day: string;
  state: State;
  dispatches: number;
}

export interface Unfinished {
  parent_id: string | null;
  parent_username: string;
  state: State;
  reason: string | null;
  pages_done: number;
  total_pages: number | null;
  dispatched_at: string;
  /** How many such parents there are, shown or not. */
  of_unfinished: number;
}

export interface DayOfCost {
  day: string;
  planned_cost_usd: number;
  committed_cost_usd: number;
  cost_usd: number;
}

/** Asks the views. `sinceMs`: of the period; undefined: the whole history. Throws RetryLater. */
export async function readReportData(target: Target, madeAt: string, sinceMs?: number): Promise<ReportData> {
  const asked = <Row>(query: (dataset: string) => string, more: Params = {}) =>
    rowsOf<Row>(target, query, { since: time(sinceMs ?? 0), ...more }, LONGEST_MS);
  const [spans, parents, changes, latest, withheld, checks, open, states, unfinished, cost] =
    await Promise.all([
      asked<Span>(sql.spanSql),
      asked<Parent>(sql.parentsSql),
      asked<DayOfChanges>(sql.changesPerDaySql),
      asked<Change>(sql.latestChangesSql),
      asked<Withheld>(sql.withheldSql),
      asked<Checks>(sql.checksSql, { price: text(String(target.config.PRICE_PER_FRIEND_USD)) }),
      asked<OpenCheck>(sql.openChecksSql),
      asked<DayOfStates>(sql.statesPerDaySql),
      asked<Unfinished>(sql.unfinishedSql),
      asked<DayOfCost>(sql.costPerDaySql),
    ]);
  const shown = texts(parents.map(({ parent_id }) => parent_id));
  const lists = parents.length === 0 ? [] : await asked<List>(sql.listsSql, { parents: shown });
  const span = spans[0] ?? { first_at: null, last_at: null, dispatches: 0, runs: 0, parents: 0 };
  const { GOOGLE_CLOUD_PROJECT, BIGQUERY_DATASET } = target.config;
  return {
    madeAt,
    source: `${GOOGLE_CLOUD_PROJECT}.${BIGQUERY_DATASET} (${target.where})`,
    ...(sinceMs !== undefined && { since: new Date(sinceMs).toISOString() }),
    checks: checks[0] ?? { checks: 0, cost_usd: 0, full_usd: 0 },
    ...{ span, parents, lists, changes, latest, withheld, open, states, unfinished, cost },
  };
}
