import { type RequestedParent, usableMetadata } from '../../shared/messages/dispatch-request.ts';
import type { Planning } from '../../shared/plan/planning.ts';
import { callX, type Gate } from '../../shared/x/gate.ts';
import type { Observation, X } from '../../shared/x/types.ts';
import type { Budget } from './budget.ts';

/** A parent that has no plan yet. */
export interface Unplanned {
  dispatchId: string;
  parent: RequestedParent;
  /** Known to an earlier planning that was over budget: no second look-up is paid for. */
  account: Planning['account'];
  /** This message has found no room for it today, and a row says so. */
  isRefused: boolean;
}

/** What is known of an unplanned parent before its budget is checked. */
export type Known =
  | { kind: 'given'; id: string; friendsCount: number }
  | { kind: 'observed'; observation: Observation; lookupUsd: number }
  | { kind: 'unaffordable'; reason: string };

/** Id and friends count, where the request or an earlier planning has them and may be believed. */
function givenMetadata({ parent, account }: Unplanned, fromScheduler: boolean) {
  // A scheduler publishes the same text for ever: its counts are as old as the job.
  return account ?? (fromScheduler ? undefined : usableMetadata(parent));
}

/**
 * Learns id and friends count of up to 100 parents, with at most one call to X. Each look-up is taken from the
 * budget before X is asked; a parent whose look-up does not fit is not looked up. Throws RetryLater.
 */
export async function lookUpParents(
  unplanned: Unplanned[],
  options: { fromScheduler: boolean; userUsd: number; budget: Budget; x: X; gate: Gate; deadlineMs: number },
): Promise<Map<string, Known>> {
  const known = new Map<string, Known>();
  const names: string[] = [];
  for (const candidate of unplanned) {
    const given = givenMetadata(candidate, options.fromScheduler);
    if (given) {
      known.set(candidate.dispatchId, { kind: 'given', ...given });
      continue;
    }
    const reason = options.budget.take({ usd: options.userUsd, pages: 0, of: 'run-and-day' });
    if (reason === null) names.push(candidate.parent.username.toLowerCase());
    else known.set(candidate.dispatchId, { kind: 'unaffordable', reason: `its look-up: ${reason}` });
  }
  if (names.length === 0) return known;
  const answer = await callX(options.gate, options.deadlineMs, () => options.x.lookup('username', names));
  const observations = new Map(
    answer.observations.map((observation) => [observation.requested, observation]),
  );
  for (const { dispatchId, parent } of unplanned) {
    const observation = observations.get(parent.username.toLowerCase());
    if (known.has(dispatchId) || !observation) continue;
    known.set(dispatchId, {
      kind: 'observed',
      observation,
      lookupUsd: observation.account ? options.userUsd : 0,
    });
  }
  return known;
}
