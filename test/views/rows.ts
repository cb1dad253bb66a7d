/** Rows of the tables with what a test does not care about filled in. Times are minutes before `NOW_MS`. */

export type Plain = null | boolean | number | string | Plain[] | { [name: string]: Plain };
export type Row = Record<string, Plain>;
export type TableName =
  | 'completed_scrapes'
  | 'requested_dispatches'
  | 'dispatches'
  | 'account_metadata'
  | 'forgotten_accounts'
  | 'compliance_jobs'
  | 'stops';
export type Rows = Record<TableName, Row[]>;

export function noRows(): Rows {
  return {
    completed_scrapes: [],
    requested_dispatches: [],
    dispatches: [],
    account_metadata: [],
    forgotten_accounts: [],
    compliance_jobs: [],
    stops: [],
  };
}
export const TABLES = Object.keys(noRows()) as TableName[];

/** The views ask the warehouse's own clock whether a dispatch has stalled, so the rows are dated from it. */
export const NOW_MS = Math.floor(Date.now() / 60_000) * 60_000;

export const minutesAgo = (minutes: number): string => new Date(NOW_MS - minutes * 60_000).toISOString();
export const HOUR = 60;
export const DAY = 24 * HOUR;

export interface DispatchSketch {
  dispatch: string;
  run?: string;
  parent?: string;
  /** When the run was dispatched, in minutes ago. */
  ago?: number;
}

function keysOf({ dispatch, run = `run of ${dispatch}`, ago = DAY }: DispatchSketch): Row {
  return { run_id: run, job: 'daily', dispatch_id: dispatch, dispatched_at: minutesAgo(ago) };
}

function parentOf({ parent = '1' }: DispatchSketch): Row {
  return { parent_id: parent, parent_username: `parent${parent}` };
}

const PLANNED = { friends_count: 4, total_pages: 2, page_size: 2, max_friends: 4 };

export function plan(of: DispatchSketch, varying: Row = {}): Row {
  return {
    ...{ ...keysOf(of), ...parentOf(of), ...PLANNED },
    ...{ origin: null, status: 'dispatched', reason: null, after_page: null, republished: false },
    ...{ planned_cost_usd: 0.05, committed_cost_usd: 0.06, lookup_cost_usd: 0.01 },
    ...{ planned_at: minutesAgo((of.ago ?? DAY) - 1), message_id: 'message 1' },
    ...varying,
  };
}

/** The parent as its run was asked for it. */
export function requested(of: DispatchSketch): Row {
  return { ...keysOf(of), requested_at: minutesAgo(of.ago ?? DAY), message_id: 'message 1' };
}

/** The list goes on after that page: what is committed to read one page of 2 friends more. */
export function more(of: DispatchSketch, afterPage: number, varying: Row = {}): Row {
  return plan(of, {
    ...{ reason: `the list goes on after page ${afterPage}`, after_page: afterPage },
    ...{ total_pages: afterPage + 1, max_friends: 2 * (afterPage + 1) },
    ...{ planned_cost_usd: 0.02, committed_cost_usd: 0.02, lookup_cost_usd: 0 },
    ...varying,
  });
}

export interface PageSketch extends DispatchSketch {
  fetch: string;
  number?: number;
  lineage?: string[];
  /** Ids of the friends, or [id, username]. */
  friends?: (string | [string, string])[];
  /** Ids that a problem of the page names. */
  unknown?: string[];
  /** How many accounts on it have no id that can be read. */
  unreadable?: number;
  /** The list goes on after this page. */
  more?: boolean;
  /** When the page was complete, in minutes ago. */
  at: number;
}

export function page(sketch: PageSketch, varying: Row = {}): Row {
  const { fetch, lineage = [], number = lineage.length + 1, at } = sketch;
  const { friends = [], unknown = [], unreadable = 0, more = false } = sketch;
  return {
    ...{ ...keysOf(sketch), ...parentOf(sketch), ...PLANNED },
    ...{ grandparent_id: null, grandparent_username: null },
    ...{ page_number: number, outcome: 'scraped', reason: null, problems: null },
    page_token: number === 1 ? null : `token of page ${number}`,
    next_token: more ? `token of page ${number + 1}` : null,
    ...{ fetch_id: fetch, lineage, friend_count: friends.length, cost_usd: friends.length / 100 },
    friends: friends.map((friend, index) => {
      const [id, username] = typeof friend === 'string' ? [friend, `user${friend}`] : friend;
      return { position: index + 1, id, username, name: `Name of ${username}` };
    }),
    ...{ unknown_friends: unknown, unreadable_friends: unreadable },
    ...{ message_id: 'message 2', completed_at: minutesAgo(at) },
    ...varying,
  };
}

/** What X said when it was asked for an account. */
export function observation(
  of: DispatchSketch & { role: string; id?: string; username?: string; at: number },
  varying: Row = {},
): Row {
  const { id = null, username = null } = of;
  return {
    ...{ ...keysOf(of), role: of.role, status: 'active', id, username },
    ...{ requested_id: id, requested_username: id === null ? username : null },
    ...{ requested_fields: ['id', 'username'], cost_usd: 0.01, observed_at: minutesAgo(of.at) },
    ...varying,
  };
}

export function forgotten({ id, username }: { id?: string; username?: string }): Row {
  return { id: id ?? null, username: username ?? null, reason: 'asked for', forgotten_at: minutesAgo(0) };
}
