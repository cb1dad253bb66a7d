import type { Clock } from '../../shared/clock.ts';
import type { RetryLater } from '../../shared/errors.ts';
import { type RequestedParent, usableMetadata } from '../../shared/messages/dispatch-request.ts';
import { isAccountId } from '../../shared/messages/formats.ts';
import type { Planning } from '../../shared/plan/planning.ts';
import type { Mode } from '../../shared/plan/reading.ts';
import type { Gate } from '../../shared/x/gate.ts';
import { lookUp } from '../../shared/x/look-up.ts';
import type { Refusals } from '../../shared/x/refusals.ts';
import type { LookUpBy, Observation, X } from '../../shared/x/types.ts';
import type { Budget } from './budget.ts';

/** A parent that has no plan yet. */
export interface Unplanned {
  dispatchId: string;
  parent: RequestedParent;
  /** Known to an earlier planning that was over budget: no second look-up is paid for. */
  account: Planning['account'];
  /** That was a look-up of today, for a check. */
  isFresh: boolean;
  /** This message has found no room for it today, and a row says so. */
  isRefused: boolean;
}

/** What is known of an unplanned parent before its budget is checked. */
export type Known =
  | { kind: 'given'; id: string; friendsCount: number }
  | Observed
  | { kind: 'unaffordable'; reason: string };

export interface Observed {
  kind: 'observed';
  by: LookUpBy;
  observation: Observation;
  lookupUsd: number;
  /** When X said so, in ms since 1970. */
  atMs: number;
  /** It is known to be in `account_metadata`. */
  isRecorded: boolean;
}

export interface LookUpOptions {
  fromScheduler: boolean;
  mode: Mode;
  userUsd: number;
  budget: Budget;
  x: X;
  gates: Record<LookUpBy, Gate>;
  refusals: Refusals;
  /** R30. */
  assertMayBuy: () => void;
  clock: Clock;
  deadlineMs: number;
  /** The message has waited for so long that a parent that X does not answer alone is given up. */
  isOverdue: boolean;
}

export interface Learnt {
  /** By dispatch id. */
  known: Map<string, Known>;
  /** Why the other parents are not known yet. Null: there are none. */
  waits: RetryLater | null;
}

/** Id and friends count, where the request or an earlier planning has them and may be believed. */
function givenMetadata(
  { parent, account, isFresh }: Unplanned,
  { fromScheduler, mode }: Pick<LookUpOptions, 'fromScheduler' | 'mode'>,
) {
  // R27: a check weighs what it finds against X's count, so that it must be X's, and of now.
  if (mode === 'check') return isFresh && account ? account : undefined;
  // A scheduler publishes the same text for ever: its counts are as old as the job.
  return account ?? (fromScheduler ? undefined : usableMetadata(parent));
}

/**
 * Learns id and friends count of up to 100 parents. Each look-up is taken from the budget before X is asked; a parent
 * whose look-up does not fit is not looked up.
 */
export async function lookUpParents(unplanned: Unplanned[], options: LookUpOptions): Promise<Learnt> {
  const known = new Map<string, Known>();
  const toAsk = { username: new Map<string, string>(), id: new Map<string, string>() };
  for (const candidate of unplanned) {
    const { dispatchId, parent } = candidate;
    const given = givenMetadata(candidate, options);
    const reason = given ? null : options.budget.take({ usd: options.userUsd, pages: 0, of: 'run-and-day' });
    if (given) known.set(dispatchId, { kind: 'given', ...given });
    else if (reason !== null)
      known.set(dispatchId, { kind: 'unaffordable', reason: `its look-up: ${reason}` });
    // R4: a name may pass to somebody else, and a long one cannot be asked by.
    else if (isAccountId(parent.id)) toAsk.id.set(parent.id, dispatchId);
    else toAsk.username.set(parent.username.toLowerCase(), dispatchId);
  }
  let waits: RetryLater | null = null;
  for (const by of ['username', 'id'] as const) {
    if (toAsk[by].size === 0) continue;
    const { x, gates, refusals, assertMayBuy, clock, deadlineMs, isOverdue, userUsd } = options;
    const how = { x, assertMayBuy, gate: gates[by], by, refusals, deadlineMs, isOverdue: () => isOverdue };
    const looked = await lookUp(how, () => [...toAsk[by].keys()]);
    waits ??= looked.waits;
    for (const observation of looked.observations) {
      const lookupUsd = observation.account ? userUsd : 0;
      const dispatchId = toAsk[by].get(observation.requested) ?? '';
      const atMs = clock.now();
      known.set(dispatchId, { kind: 'observed', by, observation, lookupUsd, atMs, isRecorded: false });
    }
  }
  return { known, waits };
}
