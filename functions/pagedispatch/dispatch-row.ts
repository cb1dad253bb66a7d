import type { DispatchRow } from '../../shared/warehouse/dispatches.ts';
import type { RequestContext } from './request-context.ts';

type Varying = Pick<DispatchRow, 'dispatch_id' | 'parent_username' | 'status'> & Partial<DispatchRow>;

/** A row of `dispatches` for one parent of a request; what is not given is unknown. */
export function dispatchRow(context: RequestContext, nowMs: number, varying: Varying): DispatchRow {
  const { grandparent, reading } = context;
  const isCheck = reading.mode === 'check';
  return {
    run_id: context.runId,
    job: context.job.name,
    origin: context.origin,
    parent_id: null,
    parent_metadata: null,
    grandparent: grandparent ? JSON.stringify(grandparent.given) : null,
    grandparent_id: grandparent?.readable.id ?? null,
    grandparent_username: grandparent?.readable.username ?? null,
    reason: null,
    friends_count: null,
    total_pages: null,
    page_size: context.pageSize,
    max_friends: null,
    after_page: null,
    max_cost_usd: context.maxCostUsd,
    planned_cost_usd: null,
    committed_cost_usd: null,
    lookup_cost_usd: 0,
    republished: false,
    mode: reading.mode,
    mode_reason: null,
    base_dispatch_id: null,
    check_plan: null,
    keyframe_days: isCheck ? reading.keyframeDays : null,
    max_depth: isCheck ? reading.maxDepth : null,
    dispatched_at: context.dispatchedAt,
    planned_at: new Date(nowMs).toISOString(),
    message_id: context.messageId,
    ...varying,
  };
}
