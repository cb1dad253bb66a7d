import type { DispatchRow } from '../../shared/warehouse/dispatches.ts';
import type { Row, Rows } from '../views/rows.ts';
import { type Chain, compare, type PageRow } from './chain.ts';
import { changesOf } from './changes.ts';
import { centsOf, dailyCost, plannedUsd } from './cost.ts';
import { currentFriends } from './current.ts';
import { freshnessOf } from './freshness.ts';
import { orderOf } from './order.ts';
import { committedMore, type Progress, progressOf, wordOn } from './progress.ts';
import { spelling } from './spelling.ts';

/** Rows of views; of each view the columns that the model knows. */
export interface Shown {
  friends: Row[];
  current_friends: Row[];
  dispatch_progress: Row[];
  friend_changes: Row[];
  order_health: Row[];
  parent_freshness: Row[];
  daily_cost: Row[];
}

/**
 * What the views must show, worked out from the design's sentences with plain sets and loops: it shares nothing with
 * the SQL. Rows come in any order and any number of times.
 */
export function viewsOf(rows: Rows, nowMs: number): Shown {
  const isForgotten = forgetting(rows.forgotten_accounts);
  const spelled = spelling(rows.account_metadata, rows.dispatches);
  const plans = Map.groupBy(unique<DispatchRow>(rows.dispatches).map(spelled), (row) => row.dispatch_id);
  const shownPages = unique<PageRow>(rows.completed_scrapes)
    .filter((row) => !isForgotten(row.parent_id, row.parent_username))
    .map((row) => ({
      ...spelled(row),
      friends: row.friends.filter(({ id, username }) => !isForgotten(id, username)),
    }));
  const pages = Map.groupBy(shownPages, (row) => row.dispatch_id);
  const progress = [...new Set([...plans.keys(), ...pages.keys()])].flatMap((id) => {
    const planned = plans.get(id) ?? [];
    const ofPages = pages.get(id) ?? [];
    const word = wordOn(planned[0]?.run_id ?? ofPages[0]?.run_id ?? '', rows.stops);
    return progressOf(planned, ofPages, nowMs, word).map((shown) => ({ planned, ...shown }));
  });
  const ended = progress
    .flatMap(({ chain }) => (chain?.isEnded ? [chain] : []))
    .sort((a, b) => compare(a.last, b.last) || compare(a.head.dispatch_id, b.head.dispatch_id));
  const shownProgress = () =>
    progress
      .map((one) => progressRow(one, isForgotten))
      .filter((row) => !isForgotten(row.parent_id, row.parent_username));
  const { dispatches, completed_scrapes, account_metadata } = rows;
  const chains = progress.flatMap(({ chain }) => chain ?? []);
  // Each is worked out when it is looked at: simulated worlds look at two of them, very often.
  return {
    get dispatch_progress() {
      return shownProgress();
    },
    get friends() {
      return chains.flatMap(friendRows);
    },
    get current_friends() {
      return currentFriends(ended, chains).map(({ friend, ...columns }) => ({
        ...friendRow(friend),
        ...columns,
      }));
    },
    get parent_freshness() {
      return freshnessOf(shownProgress());
    },
    get friend_changes() {
      return changesOf(ended, unique<Record<string, string>>(account_metadata).map(seenOn));
    },
    get order_health() {
      return orderOf(ended, nowMs);
    },
    get daily_cost() {
      const plannings = unique<DispatchRow>(dispatches).map(spelled);
      return dailyCost(plannings, unique<PageRow>(completed_scrapes), unique<Row>(account_metadata));
    },
  };
}

const seenOn = (row: Record<string, string>) => ({
  id: row.id ?? row.requested_id ?? '',
  status: row.status === 'protected' ? 'active' : (row.status ?? ''),
  at: row.observed_at ?? '',
});

type IsForgotten = (id: unknown, username: unknown) => boolean;

function forgetting(rows: Row[]): IsForgotten {
  const ids = new Set(rows.map((row) => row.id).filter((id) => id !== null));
  const names = new Set(rows.map((row) => row.username).filter((name) => name !== null));
  return (id, username) => ids.has(String(id)) || names.has(String(username).toLowerCase());
}

/** A row that is stored several times is one row; rows of tests have the columns of those that services write. */
function unique<R>(rows: Row[]): R[] {
  const alike = Map.groupBy(rows, ({ dispatch_id, message_id, fetch_id, planned_at, observed_at }) =>
    [dispatch_id, message_id, fetch_id, planned_at, observed_at].join(),
  );
  return [...alike.values()].flatMap((same) => (same.length === 1 ? same : byText(same))) as R[];
}

const byText = (rows: Row[]): Row[] => [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];

const friendRows = ({ friends }: Chain): Row[] => friends.map(friendRow);

function friendRow({ page, position, id, username }: Chain['friends'][number]): Row {
  const { run_id, dispatch_id, dispatched_at, parent_id, parent_username, page_number, completed_at } = page;
  const of = { run_id, dispatch_id, dispatched_at, parent_id, parent_username, page_number, completed_at };
  return { ...of, position, friend_id: id, friend_username: username, mode: page.mode ?? 'full' };
}

type Moded = { mode?: 'full' | 'check' };
type Ended = Progress & { planned: DispatchRow[] };

function progressRow(
  { plan, dispatchedAt, chain, pages, pagesDone, state, reason, isFinal, planned }: Ended,
  isForgotten: IsForgotten,
): Row {
  const from = plan ?? (chain as Chain).head;
  const { run_id, job, dispatch_id, parent_username } = from;
  // A plan that BigQuery did not take as it was is stored without its grandparent; its pages name it all the same.
  const grandparent = (column: 'grandparent_id' | 'grandparent_username') =>
    plan?.[column] ??
    pages
      .flatMap((page) => page[column] ?? [])
      .sort()
      .at(-1) ??
    null;
  const [grandparentId, grandparentName] = [
    grandparent('grandparent_id'),
    grandparent('grandparent_username'),
  ];
  const hidesGrandparent = isForgotten(grandparentId, grandparentName);
  const its = plan ? planned : [];
  const more = plan ? committedMore(its) : [];
  const most = (column: 'total_pages' | 'friends_count') =>
    pages.length > 0 ? Math.max(...pages.map((page) => page[column])) : null;
  return {
    ...{ run_id, job, dispatch_id, dispatched_at: dispatchedAt, parent_username },
    parent_id: its.find((row) => row.parent_id !== null)?.parent_id ?? chain?.head.parent_id ?? null,
    grandparent_id: hidesGrandparent ? null : grandparentId,
    grandparent_username: hidesGrandparent ? null : grandparentName,
    status: plan?.status ?? null,
    origin: pages.find(({ origin }) => origin)?.origin ?? plan?.origin ?? null,
    ...{ state, reason, pages_done: pagesDone, is_final: isFinal },
    total_pages:
      typeof plan?.total_pages === 'number'
        ? Math.max(plan.total_pages, ...more.map((row) => row.total_pages ?? 0))
        : most('total_pages'),
    friends_count: plan?.friends_count ?? most('friends_count'),
    friends_listed: chain?.friends.length ?? 0,
    ...(plan ? plannedUsd(plan, more, its) : { planned_cost_usd: null, committed_cost_usd: null }),
    cost_usd: (centsOf(its, 'lookup_cost_usd') + centsOf(pages, 'cost_usd')) / 100,
    first_completed_at: chain?.first ?? null,
    last_completed_at: chain?.last ?? null,
    planned_at: plan?.planned_at ?? null,
    mode: (plan as Moded | undefined)?.mode ?? chain?.mode ?? 'full',
    fewer: chain?.isEnded ? (chain.head.check?.fewer ?? null) : null,
    more: chain?.isEnded ? (chain.head.check?.more ?? null) : null,
  };
}
