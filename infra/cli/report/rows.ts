import type { State } from '../run/run-progress.ts';

/** Rows as the report's queries return them. Times are ISO 8601 in UTC, days YYYY-MM-DD, amounts US dollars. */

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

/** The changes of one parent that one run showed. */
export interface Group {
  run_id: string;
  job: string | null;
  dispatched_at: string;
  dispatch_id: string;
  parent_id: string;
  parent_username: string;
  /** The read that it was compared with was complete after this, for most of its changes; its own before that. */
  not_before: string;
  not_after: string;
  arrived: number;
  departed: number;
  /** Of all parents in whom that run showed a change, shown or not. */
  run_parents: number;
  run_arrived: number;
  run_departed: number;
  /** How many groups there are, shown or not. */
  of_groups: number;
}

/** One of the changes of a group that are shown: those of friends with the most followers. */
export interface Change {
  run_id: string;
  dispatch_id: string;
  parent_id: string;
  friend_id: string;
  friend_username: string | null;
  friend_name: string | null;
  /** What the friend says about itself. */
  friend_description: string | null;
  friend_verified_type: string | null;
  friend_followers_count: number | null;
  change: ChangeKind;
  status_of_friend: FriendStatus | null;
  absent_dispatches: number | null;
  not_before: string;
  not_after: string;
}

/** A friend whom several parents followed in the period, or lost. */
export interface SharedFriend {
  friend_id: string;
  friend_username: string | null;
  friend_name: string | null;
  friend_description: string | null;
  friend_followers_count: number | null;
  is_arrival: boolean;
  parents: number;
  /** The first few of those parents, by username. */
  parent_usernames: string[];
  not_before: string;
  not_after: string;
  /** How many such friends were followed, or lost, shown or not. */
  of_friends: number;
}

/** An account that goes by another username than before. */
export interface Rename {
  account_id: string | null;
  previous_username: string;
  username: string;
  name: string | null;
  followers_count: number | null;
  observed_at: string;
  /** How many renames there are, shown or not. */
  of_renames: number;
}

/** How many friends two parents have in common, by the newest evidence of each. */
export interface Overlap {
  one_id: string;
  one_username: string;
  one_friends: number;
  other_id: string;
  other_username: string;
  other_friends: number;
  in_common: number;
  /** How many pairs there are, shown or not. */
  of_pairs: number;
}

/** How old what is known of a parent is. */
export interface Freshness {
  parent_id: string | null;
  parent_username: string;
  /** When its newest complete list was complete, and how old that is; null where there is none. */
  full_read_at: string | null;
  age_hours: number | null;
  /** When the list was last known, by a list or by a check that met it. */
  known_at: string | null;
  last_attempt_at: string;
  last_state: State;
  last_reason: string | null;
  attempts_since: number;
  /** Of all parents, shown or not. */
  of_parents: number;
  never: number;
  within_day: number;
  within_week: number;
}

export interface CostOfJob {
  job: string | null;
  planned_cost_usd: number;
  cost_usd: number;
  friends: number;
  look_ups: number;
  /** How many jobs there are, shown or not. */
  of_jobs: number;
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
