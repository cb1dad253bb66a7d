import type { OfDispatch } from '../messages/parts.ts';
import { USER_FIELDS } from '../x/account.ts';
import { costOf } from '../x/prices.ts';
import type { LookUpBy, Observation } from '../x/types.ts';
import type { MetadataRow, Role } from './account-metadata.ts';

/** For which dispatch, and why, an account was looked up. */
export interface ObservationContext extends OfDispatch {
  role: Role;
  by: LookUpBy;
  reason: string | null;
  messageId: string;
}

/** The row of `account_metadata` for what X said of one account. X charges only for accounts that it returns. */
export function observationRow(
  observation: Observation,
  context: ObservationContext,
  userUsd: number,
  nowMs: number,
): MetadataRow {
  return {
    run_id: context.runId,
    job: context.job.name,
    dispatch_id: context.dispatchId,
    role: context.role,
    requested_username: context.by === 'username' ? observation.requested : null,
    requested_id: context.by === 'id' ? observation.requested : null,
    status: observation.status,
    ...observation.account,
    requested_fields: USER_FIELDS,
    reason: context.reason,
    problems: observation.problems,
    cost_usd: costOf(observation.account ? 1 : 0, userUsd),
    message_id: context.messageId,
    dispatched_at: new Date(context.dispatchedAt).toISOString(),
    observed_at: new Date(nowMs).toISOString(),
  };
}
