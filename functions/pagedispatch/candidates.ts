import type { Clock } from '../../shared/clock.ts';
import { dispatchIdOf } from '../../shared/ids.ts';
import type { DispatchRequest, RequestedParent } from '../../shared/messages/dispatch-request.ts';
import { type GoesOn, isOfMessage, planOf, type Recorded, recordedOf } from '../../shared/plan/recorded.ts';
import type { CompletedScrapes } from '../../shared/warehouse/completed-scrapes.ts';
import type { Dispatches } from '../../shared/warehouse/dispatches.ts';
import { goesOnIn } from './list-goes-on.ts';
import type { RequestContext } from './request-context.ts';

/** A parent of a chunk, and what is recorded of it. */
export interface Candidate {
  dispatchId: string;
  parent: RequestedParent;
  recorded: Recorded;
  /** How many rows say so. */
  seen: number;
  /** A row of this message says what a look-up has cost. */
  isLookUpTold: boolean;
}

interface Ports {
  dispatches: Dispatches;
  scrapes: CompletedScrapes;
  clock: Clock;
}

/** `nowMs`: the time that counts for what is planned now. Throws RetryLater. */
export async function candidatesOf(
  request: DispatchRequest,
  { runId, dispatchedAt, messageId, publishedAtMs }: RequestContext,
  { dispatches, scrapes, clock }: Ports,
): Promise<{ candidates: Candidate[]; nowMs: number }> {
  const goesOn: GoesOn | undefined = goesOnIn(request);
  const message = { messageId, publishedAtMs };
  const parents = request.parents.map((parent) => ({
    parent,
    dispatchId: goesOn?.plan.dispatchId ?? dispatchIdOf(runId, parent.username),
  }));
  const ids = parents.map(({ dispatchId }) => dispatchId);
  const planned = await dispatches.of(runId, ids, Date.parse(dispatchedAt));
  // Clocks differ; what is planned now is newer than what is seen, whatever they say.
  const nowMs = Math.max(clock.now(), ...planned.map(({ plannedAtMs }) => plannedAtMs + 1));
  const rows = Map.groupBy(planned, (row) => row.dispatchId);
  const plans = goesOn ? [goesOn.plan] : [...rows.values()].flatMap((ofDispatch) => planOf(ofDispatch) ?? []);
  const pages = await scrapes.ofDispatches(plans);
  const candidates = parents.map(({ parent, dispatchId }) => {
    const [ofDispatch, stored] = [rows.get(dispatchId) ?? [], pages.get(dispatchId) ?? []];
    const recorded = recordedOf(ofDispatch, stored, { nowMs, message, goesOn });
    const isLookUpTold = ofDispatch.some((row) => row.lookupUsd > 0 && isOfMessage(message, row));
    return { dispatchId, parent, recorded, seen: ofDispatch.length, isLookUpTold };
  });
  return { candidates, nowMs };
}
