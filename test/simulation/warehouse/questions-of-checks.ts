import { dayOf } from '../../../shared/times.ts';
import { saidForSql } from '../../../shared/warehouse/answers.ts';
import type { Row } from '../../../shared/warehouse/client.ts';
import type { PageRow } from '../../../shared/warehouse/completed-scrapes.ts';
import { brokenOrdersSql, endedReadsSql, orderSql } from '../../../shared/warehouse/histories.ts';
import { forgottenSql, type ListedPage, listedPagesSql } from '../../../shared/warehouse/known-lists.ts';
import { millis } from '../../../shared/warehouse/timestamps.ts';
import type { Simulation } from '../simulation.ts';
import { endedReadsOf, ordersOf } from './ended-reads.ts';

export type Answer = (sim: Simulation, params: Row) => Row[];

/** A TIMESTAMP as the client returns it. */
export const at = (time: string) => ({ value: time });

export const isBetween = (time: string, from: unknown, to: unknown) =>
  Date.parse(time) >= dayOf(millis(from)) && Date.parse(time) < millis(to);

/** What planners and pages of checks ask, and what is answered. */
export const ANSWERS_OF_CHECKS = (dataset: string): [string, Answer][] => [
  [
    endedReadsSql(dataset),
    (sim, params) => endedReadsOf(readsBy(sim, params)).map((read) => ({ ...read, ...timesOf(read) })),
  ],
  [orderSql(dataset), (sim, params) => ordersOf(readsBy(sim, params))],
  [brokenOrdersSql(dataset), brokenOrders],
  [forgottenSql(dataset), ({ tables }) => tables.forgotten.map(({ id, username }) => ({ id, username }))],
  [listedPagesSql(dataset), listedPages],
  [
    saidForSql(dataset),
    ({ tables, time }, { day, next_day, dispatch_ids }) =>
      tables.metadata
        .filter((row) => tables.isSeen(row, time.now()) && isBetween(row.dispatched_at, day, next_day))
        .filter((row) => (dispatch_ids as string[]).includes(row.dispatch_id))
        .filter(({ role }) => role === 'parent' || role === 'vanished_friend')
        .sort((a, b) => Date.parse(a.observed_at) - Date.parse(b.observed_at))
        // What a row leaves out is NULL.
        .map((row) => ({ following_count: null, ...row, account_id: row.requested_id ?? row.id })),
  ],
];

const timesOf = ({ dispatched_at }: PageRow) => ({ dispatched_at: at(dispatched_at) });

/** The rows of these parents that a query sees, of what was complete by then. */
function readsBy({ tables, time }: Simulation, { day, next_day, at: by, parent_ids }: Row): PageRow[] {
  return [...tables.pages.values()]
    .flat()
    .filter((row) => tables.isSeen(row, time.now()) && (parent_ids as string[]).includes(row.parent_id))
    .filter(({ dispatched_at }) => isBetween(dispatched_at, day, next_day))
    .filter(({ completed_at }) => Date.parse(completed_at) <= millis(by));
}

/** How many parents of the job were planned in that time, and of how many the list was out of order. */
function brokenOrders({ tables }: Simulation, { since, at: by, job }: Row): Row[] {
  const planned = [...tables.plans.values()].flat().filter((row) => {
    const atMs = Date.parse(row.planned_at);
    return row.job === job && row.status === 'dispatched' && atMs >= millis(since) && atMs < millis(by);
  });
  const broken = planned.filter((row) => row.mode_reason === 'order_broken');
  const parentsOf = (rows: typeof planned) => new Set(rows.map((row) => row.parent_id)).size;
  return [{ parents: parentsOf(planned), broken: parentsOf(broken) }];
}

function listedPages({ tables, time }: Simulation, params: Row): Row[] {
  const { day, next_day, parent_id, base_at, dispatch_id, usernames } = params;
  return [...tables.pages.values()]
    .flat()
    .filter((row) => tables.isSeen(row, time.now()) && row.parent_id === parent_id)
    .filter(({ dispatched_at }) => isBetween(dispatched_at, day, next_day))
    .filter((row) => Date.parse(row.dispatched_at) <= millis(base_at) || row.dispatch_id === dispatch_id)
    .map((row) => {
      const page = toListedPage(row, usernames as string[]);
      return { ...row, ...timesOf(row), completed_at: at(row.completed_at), ...listsOf(page) };
    });
}

const listsOf = ({ listed, forgotten }: ListedPage) => ({ listed, forgotten });

/** `usernames`: forgotten, in lower case. */
export function toListedPage(row: PageRow, usernames: string[] = []): ListedPage {
  const isForgotten = ({ username = '' }) => usernames.includes(username.toLowerCase());
  return {
    dispatchId: row.dispatch_id,
    dispatchedAtMs: Date.parse(row.dispatched_at),
    mode: row.mode,
    pageNumber: row.page_number,
    outcome: row.outcome,
    nextToken: row.next_token,
    fetchId: row.fetch_id,
    lineage: row.lineage,
    completedAtMs: Date.parse(row.completed_at),
    check: row.check,
    listed: row.friends.map(({ id }) => id),
    unknown: row.unknown_friends,
    unreadable: row.unreadable_friends,
    forgotten: row.friends.filter(isForgotten).map(({ id }) => id),
  };
}
