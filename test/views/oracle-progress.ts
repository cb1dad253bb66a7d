import { compare, type Dispatch, type IsForgotten, text } from './oracle-dispatch.ts';
import type { Row } from './rows.ts';

const STALLED_AFTER_MS = 24 * 3_600_000;

/** `plannings`: the rows of `dispatches`, each once. */
export function progressOf(
  plannings: Row[],
  dispatches: Dispatch[],
  isForgotten: IsForgotten,
  nowMs: number,
): Row[] {
  const planned = Map.groupBy(plannings, (row) => text(row.dispatch_id));
  const fetched = new Map(dispatches.map((dispatch) => [dispatch.id, dispatch]));
  const rows = [...new Set([...planned.keys(), ...fetched.keys()])].map((id) =>
    progressRow(planned.get(id) ?? [], fetched.get(id), isForgotten, nowMs),
  );
  return rows.filter((row) => !isForgotten(row.parent_id, row.parent_username));
}

function progressRow(
  plannings: Row[],
  dispatch: Dispatch | undefined,
  isForgotten: IsForgotten,
  nowMs: number,
): Row {
  const inOrder = plannings.toSorted((a, b) => compare(text(a.planned_at), text(b.planned_at)));
  const plan = inOrder.findLast((row) => row.republished === false);
  const from = plan ?? (dispatch?.head.row as Row);
  const published = inOrder.filter((row) => row.status === 'dispatched').map((row) => text(row.planned_at));
  const seen =
    [...published, ...(dispatch?.pages ?? []).map(({ completedAt }) => completedAt)].sort().at(-1) ?? '';
  const state = stateOf(plan, dispatch, nowMs - Date.parse(seen));
  const hidesGrandparent = isForgotten(from.grandparent_id, from.grandparent_username);
  const cents = (rows: Row[], column: string) =>
    rows.reduce((sum, row) => sum + Math.round(Number(row[column]) * 100), 0);
  return {
    run_id: text(from.run_id),
    job: text(from.job),
    dispatch_id: text(from.dispatch_id),
    dispatched_at: text(from.dispatched_at),
    parent_id: inOrder.map((row) => row.parent_id).find((id) => id != null) ?? dispatch?.parentId ?? null,
    parent_username: text(from.parent_username),
    grandparent_id: hidesGrandparent ? null : (from.grandparent_id ?? null),
    grandparent_username: hidesGrandparent ? null : (from.grandparent_username ?? null),
    status: plan?.status ?? null,
    state,
    reason: reasonOf(state, plan, inOrder.at(-1), dispatch),
    total_pages: from.total_pages ?? dispatch?.head.row.total_pages ?? null,
    pages_done: dispatch?.chain.filter(({ isScraped }) => isScraped).length ?? 0,
    friends_count: from.friends_count ?? dispatch?.head.row.friends_count ?? null,
    friends_listed: dispatch?.friends.length ?? 0,
    planned_cost_usd: plan?.planned_cost_usd ?? null,
    cost_usd:
      (cents(inOrder, 'lookup_cost_usd') + cents(dispatch?.pages.map(({ row }) => row) ?? [], 'cost_usd')) /
      100,
    first_completed_at: dispatch?.first ?? null,
    last_completed_at: dispatch?.last ?? null,
    planned_at: plan?.planned_at ?? null,
  };
}

function stateOf(plan: Row | undefined, dispatch: Dispatch | undefined, silentMs: number): string {
  if (dispatch?.isComplete) return 'complete';
  if (dispatch?.pages.some(({ row }) => row.outcome === 'unavailable'))
    return dispatch.chain.some(({ isScraped }) => isScraped) ? 'partial' : 'unavailable';
  if (!dispatch && plan && plan.status !== 'dispatched')
    return plan.status === 'over_budget' ? 'over_budget' : 'unavailable';
  return silentMs > STALLED_AFTER_MS ? 'stalled' : 'running';
}

function reasonOf(
  state: string,
  plan: Row | undefined,
  newest: Row | undefined,
  dispatch: Dispatch | undefined,
): string | null {
  if (state === 'complete') return null;
  const ofPages = dispatch?.pages.map(({ row }) => row.reason).filter((reason) => reason !== null) ?? [];
  const ofPage = dispatch?.head.row.reason ?? ofPages.map(text).sort().at(-1);
  if (ofPage != null) return text(ofPage);
  if (newest?.status === 'over_budget') return text(newest.reason);
  if (plan === undefined || plan.status === 'dispatched') return null;
  return text(plan.reason ?? plan.status);
}
