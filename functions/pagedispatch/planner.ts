import type { Clock } from '../../shared/clock.ts';
import type { Config } from '../../shared/config.ts';
import { RetryLater } from '../../shared/errors.ts';
import type { DispatchRequest } from '../../shared/messages/dispatch-request.ts';
import { pagesWithinRetention } from '../../shared/plan/pages.ts';
import type { AccountMetadata, MetadataRow } from '../../shared/warehouse/account-metadata.ts';
import type { CompletedScrapes } from '../../shared/warehouse/completed-scrapes.ts';
import type { Dispatches } from '../../shared/warehouse/dispatches.ts';
import { observationRow } from '../../shared/warehouse/observation-row.ts';
import type { Gate } from '../../shared/x/gate.ts';
import { sumUsd } from '../../shared/x/prices.ts';
import type { X } from '../../shared/x/types.ts';
import { Budget } from './budget.ts';
import { type Candidate, candidatesOf } from './candidates.ts';
import { type Deciding, type Decision, decideGoesOn, decidePlanned, decideUnplanned } from './decide.ts';
import { type Known, lookUpParents, type Unplanned } from './look-up-parents.ts';
import type { PagesToPublish } from './publish-pages.ts';
import { recordPlan } from './record-plan.ts';
import type { RequestContext } from './request-context.ts';

export interface PlannerPorts {
  dispatches: Dispatches;
  scrapes: CompletedScrapes;
  metadata: AccountMetadata;
  x: X;
  gate: Gate;
  clock: Clock;
  config: Config;
}

/** What is to be published, and why parents cannot be planned whose plan cannot be recorded. */
export interface ChunkPlan {
  pages: PagesToPublish[];
  refusals: string[];
}

/**
 * Plans the parents of a chunk and records the plan; returns the pages to publish. The caller sees to it that
 * only one chunk is planned at a time. Throws RetryLater.
 */
export async function planChunk(
  request: DispatchRequest,
  context: RequestContext,
  deadlineMs: number,
  ports: PlannerPorts,
): Promise<ChunkPlan> {
  const known = new Map<string, Known>();
  for (let round = 0; ; round++) {
    const { decisions, observed } = await decided({ request, context, deadlineMs, known }, ports);
    // 6. Record the plan. An observation before its plan: a plan without one would be looked up no more.
    await ports.metadata.append(observed);
    const rows = decisions.flatMap(({ row }) => (row ? [row] : []));
    const { isOld, refused } = await recordPlan(rows, `${context.planningId}_${round}`, ports.dispatches);
    // What an earlier delivery has recorded is the plan, whatever is decided now.
    if (isOld) continue;
    const refusedRows = new Set(refused.map(({ index }) => rows[index]));
    return {
      pages: decisions.flatMap(({ row, pages }) => (pages && !(row && refusedRows.has(row)) ? [pages] : [])),
      refusals: refused.map(
        ({ index, reasons }) =>
          `parent ${rows[index]?.parent_username}: BigQuery refuses its plan: ${reasons.join('; ')}`,
      ),
    };
  }
}

interface Planning {
  request: DispatchRequest;
  context: RequestContext;
  deadlineMs: number;
  /** What is known of parents by dispatch id, look-ups of this delivery among it. */
  known: Map<string, Known>;
}

/** What is decided for each parent, and what X has been asked for it: nothing of it is recorded yet. */
async function decided(
  { request, context, deadlineMs, known }: Planning,
  ports: PlannerPorts,
): Promise<{ decisions: Decision[]; observed: MetadataRow[] }> {
  const { clock, config } = ports;
  // 2. What is planned already is never planned again.
  const { candidates, nowMs } = await candidatesOf(request, context, ports);
  const unplanned = candidates.flatMap(({ dispatchId, parent, recorded }): Unplanned[] =>
    recorded.kind === 'unplanned' ? [{ dispatchId, parent, ...recorded }] : [],
  );
  const budget = await budgetOf(context, nowMs, spentOn(unplanned, known), ports);
  if (clock.now() >= deadlineMs) throw new RetryLater('no time left to plan: others were planned before');

  // 3. Metadata of the new parents.
  const fromScheduler = context.origin === 'cloud-scheduler';
  const userUsd = config.PRICE_PER_USER_USD;
  const { x, gate } = ports;
  const unknown = unplanned.filter(({ dispatchId }) => !known.has(dispatchId));
  const learnt = await lookUpParents(unknown, { fromScheduler, userUsd, budget, x, gate, deadlineMs });
  for (const [dispatchId, parent] of learnt) known.set(dispatchId, parent);

  // 5. Budget, in the order in which the parents are given.
  const deciding = {
    context,
    budget,
    friendUsd: config.PRICE_PER_FRIEND_USD,
    nowMs: Math.max(nowMs, clock.now()),
  };
  const decisions = candidates.map((candidate) => decide(candidate, known, deciding));
  return { decisions, observed: observationRows(learnt, context, userUsd, clock.now()) };
}

/** In US dollars, on look-ups of parents of which no row tells yet. */
function spentOn(unplanned: Unplanned[], known: ReadonlyMap<string, Known>): number {
  const parents = unplanned.map(({ dispatchId }) => known.get(dispatchId));
  return sumUsd(parents.map((parent) => (parent?.kind === 'observed' ? parent.lookupUsd : 0)));
}

async function budgetOf(
  context: RequestContext,
  nowMs: number,
  spentUsd: number,
  { dispatches, config }: PlannerPorts,
): Promise<Budget> {
  const caps = {
    requestUsd: context.maxCostUsd,
    runUsd: config.MAX_RUN_COST_USD,
    dayUsd: config.DAILY_BUDGET_USD,
    runPages: pagesWithinRetention(config),
  };
  const committed = await dispatches.committed(context.runId, Date.parse(context.dispatchedAt), nowMs);
  return new Budget(caps, committed, spentUsd);
}

function decide(
  { dispatchId, parent, recorded }: Candidate,
  known: Map<string, Known>,
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
      const of = known.get(dispatchId);
      if (!of) throw new Error(`nothing is known of dispatch ${dispatchId}`);
      return decideUnplanned({ dispatchId, parent, ...recorded }, of, deciding);
    }
  }
}

function observationRows(
  known: Map<string, Known>,
  context: RequestContext,
  userUsd: number,
  nowMs: number,
): MetadataRow[] {
  const of = { ...context, role: 'parent', by: 'username', reason: null } as const;
  return [...known].flatMap(([dispatchId, parent]) =>
    parent.kind === 'observed'
      ? [observationRow(parent.observation, { ...of, dispatchId }, userUsd, nowMs)]
      : [],
  );
}
