import type { Clock } from '../../shared/clock.ts';
import type { Config } from '../../shared/config.ts';
import { RetryLater } from '../../shared/errors.ts';
import type { EndedDispatch } from '../../shared/messages/announcement-request.ts';
import type { DispatchRequest } from '../../shared/messages/dispatch-request.ts';
import { isAccountId } from '../../shared/messages/formats.ts';
import { pagesWithinRetention } from '../../shared/plan/pages.ts';
import type { StopGuard } from '../../shared/stop-guard.ts';
import type { MetadataRow } from '../../shared/warehouse/account-metadata.ts';
import type { Answers } from '../../shared/warehouse/answers.ts';
import type { CompletedScrapes } from '../../shared/warehouse/completed-scrapes.ts';
import type {
  Committed,
  Counted,
  Dispatches,
  NewPlanning,
  PlannedAccount,
} from '../../shared/warehouse/dispatches.ts';
import type { Histories } from '../../shared/warehouse/histories.ts';
import { observationRow } from '../../shared/warehouse/observation-row.ts';
import type { Gate } from '../../shared/x/gate.ts';
import { GIVEN_UP_AFTER_MS } from '../../shared/x/look-up.ts';
import type { Refusals } from '../../shared/x/refusals.ts';
import type { LookUpBy, X } from '../../shared/x/types.ts';
import { Budget } from './budget.ts';
import { type Candidate, candidatesOf } from './candidates.ts';
import { type Deciding, type Decision, decideGoesOn, decidePlanned, decideUnplanned } from './decide.ts';
import { endedDispatch } from './ended-dispatch.ts';
import type { KnownParents, ObservedParents } from './known-parents.ts';
import { lookUpParents, type Observed, type Unplanned } from './look-up-parents.ts';
import type { PagesToPublish } from './publish-pages.ts';
import { type CheckOrFull, type CountedParent, readingsOf } from './readings.ts';
import type { RequestContext } from './request-context.ts';
import { RunAccounts } from './run-accounts.ts';

export interface DecidePorts {
  dispatches: Dispatches;
  scrapes: CompletedScrapes;
  histories: Histories;
  answers: Answers;
  x: X;
  gates: Record<LookUpBy, Gate>;
  refusals: Refusals;
  stops: StopGuard;
  observed: ObservedParents;
  clock: Clock;
  config: Config;
}

interface Planning {
  request: DispatchRequest;
  context: RequestContext;
  deadlineMs: number;
  /** What X is asked for is added, and asked once. */
  known: KnownParents;
}

interface Decided {
  decisions: { row?: NewPlanning; pages?: PagesToPublish; ended?: EndedDispatch | undefined }[];
  /** What X has said, and of which parent. */
  observed: { row: MetadataRow; username: string; of: Observed }[];
  /** How many rows there are of the parents; and of all that their budget was worked out from. */
  seen: number;
  counted: Counted;
  /** Why some parents are not decided. */
  waits: RetryLater | null;
}

/** What is decided for each parent, and what X has said of some: nothing of it is recorded yet. Throws RetryLater. */
export async function decideChunk(planning: Planning, ports: DecidePorts): Promise<Decided> {
  const { request, context, deadlineMs, known } = planning;
  const { dispatches, clock, config, x, gates, refusals, stops } = ports;
  // 2. What is planned already is never planned again (R9), and no account twice.
  const { candidates, nowMs } = await candidatesOf(request, context, ports);
  for (const candidate of candidates) if (candidate.isLookUpTold) known.countNoMore(candidate.dispatchId);
  const unplanned = candidates.flatMap(({ dispatchId, parent, recorded }): Unplanned[] =>
    recorded.kind === 'unplanned' ? [{ dispatchId, parent, ...recorded }] : [],
  );
  const accounts = new RunAccounts(dispatches, context.runId, context.dispatchedAt);
  if (unplanned.length > 0) await accounts.add(candidates.flatMap(givenAccount));
  const committed = await dispatches.committed(context.runId, Date.parse(context.dispatchedAt), nowMs);
  const budget = budgetOf(
    context,
    committed,
    ports.observed.spent(context.runId, context.planningId),
    config,
  );
  if (clock.now() >= deadlineMs) throw new RetryLater('no time left to plan: others were planned before');

  // 3. Metadata of the new parents (R10, R11).
  const unknown = unplanned.filter(({ dispatchId }) => !known.get(dispatchId) && !accounts.other(dispatchId));
  const options = {
    ...{ x, gates, refusals, clock, budget, deadlineMs, userUsd: config.PRICE_PER_USER_USD },
    fromScheduler: context.origin === 'cloud-scheduler',
    mode: context.reading.mode,
    assertMayBuy: () => stops.assertMayBuy(context.runId),
    isOverdue:
      clock.now() > Math.max(context.publishedAtMs, stops.wentOnMs(context.runId)) + GIVEN_UP_AFTER_MS,
  };
  const learnt = await stops.whileWaiting(() => lookUpParents(unknown, options));
  for (const [dispatchId, parent] of learnt.known) known.set(dispatchId, parent);
  await accounts.add(unplanned.flatMap((parent) => learntAccount(parent, known)));

  // How those are read of which a check was asked for (R27).
  const readings = await checkOrFull(unplanned, planning, ports);

  // 5. Budget, in the order in which the parents are given (R20).
  const friendUsd = config.PRICE_PER_FRIEND_USD;
  const deciding = { context, budget, friendUsd, readings, nowMs: Math.max(nowMs, clock.now()) };
  const decisions = candidates.map((candidate) => {
    const decision = decide(candidate, { known, accounts }, deciding);
    const { row, ...rest } = { ...decision, ended: endedDispatch(candidate, decision, context) };
    return row ? { ...rest, row: { ...row, seen: candidate.seen } } : rest;
  });
  const seen = candidates.reduce((rows, candidate) => rows + candidate.seen, 0);
  const observed = observedOf(unplanned, planning, ports);
  return { decisions, observed, seen, counted: committed.counted, waits: learnt.waits };
}

/** What the request, or the plan, says about who a parent is. */
function givenAccount({ dispatchId, parent, recorded }: Candidate): PlannedAccount[] {
  const { username } = parent;
  switch (recorded.kind) {
    case 'closed':
      // It is one account all the same: under another name it is asked about no second time.
      return isAccountId(parent.id) ? [{ dispatchId, id: parent.id, username }] : [];
    case 'planned':
    case 'goes-on':
      return [{ dispatchId, id: recorded.plan.parentId, username }];
    case 'unplanned': {
      const id = recorded.account?.id ?? parent.id;
      return isAccountId(id) ? [{ dispatchId, id, username }] : [];
    }
  }
}

/** What X has said about who a parent is that can be planned. */
function learntAccount({ dispatchId, parent }: Unplanned, known: Planning['known']): PlannedAccount[] {
  const of = known.get(dispatchId);
  if (of?.kind !== 'observed' || of.observation.status !== 'active' || !of.observation.account) return [];
  return [{ dispatchId, id: of.observation.account.id, username: parent.username }];
}

/** By parent id; none where whole lists were asked for. */
async function checkOrFull(
  unplanned: Unplanned[],
  { context, known }: Planning,
  ports: DecidePorts,
): Promise<Map<string, CheckOrFull>> {
  if (context.reading.mode === 'full') return new Map();
  const counted = unplanned.flatMap(({ dispatchId }): CountedParent[] => {
    const of = known.get(dispatchId);
    if (of?.kind === 'given') return [{ parentId: of.id, friendsCount: of.friendsCount }];
    const account = of?.kind === 'observed' && of.observation.status === 'active' && of.observation.account;
    if (!account || account.following_count === undefined) return [];
    return [{ parentId: account.id, friendsCount: account.following_count }];
  });
  return readingsOf(counted, context, ports);
}

function budgetOf(
  { maxCostUsd }: RequestContext,
  committed: Committed,
  spent: { dayUsd: number; runUsd: number },
  config: Config,
): Budget {
  const { MAX_RUN_COST_USD: runUsd, DAILY_BUDGET_USD: dayUsd } = config;
  const caps = { requestUsd: maxCostUsd, runUsd, dayUsd, runPages: pagesWithinRetention(config) };
  return new Budget(caps, committed, spent);
}

function decide(
  { dispatchId, parent, recorded }: Candidate,
  { known, accounts }: { known: Planning['known']; accounts: RunAccounts },
  deciding: Deciding,
): Decision {
  switch (recorded.kind) {
    case 'closed':
      return {};
    case 'planned':
      return decidePlanned(parent, recorded, deciding);
    case 'goes-on':
      return decideGoesOn(parent, recorded, deciding);
    case 'unplanned': {
      const unplanned = { dispatchId, parent, ...recorded };
      return decideUnplanned(unplanned, known.get(dispatchId), accounts.other(dispatchId), deciding);
    }
  }
}

/** What X has said of parents and is not known to be recorded. */
function observedOf(
  parents: Unplanned[],
  { context, known }: Planning,
  { config }: DecidePorts,
): Decided['observed'] {
  return parents.flatMap(({ dispatchId, parent }) => {
    const of = known.get(dispatchId);
    if (of?.kind !== 'observed' || of.isRecorded) return [];
    const about = { ...context, dispatchId, role: 'parent', by: of.by, reason: null } as const;
    const row = observationRow(of.observation, about, config.PRICE_PER_USER_USD, of.atMs);
    return [{ row, username: parent.username, of }];
  });
}
