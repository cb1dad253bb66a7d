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
import type { X } from '../../shared/x/types.ts';
import { Budget } from './budget.ts';
import { type Candidate, candidatesOf } from './candidates.ts';
import { type Deciding, type Decision, decideRecorded, decideUnplanned } from './decide.ts';
import { type Known, lookUpParents, type Unplanned } from './look-up-parents.ts';
import type { PagesToPublish } from './publish-pages.ts';
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
  const { clock, config } = ports;
  // 2. What is planned already is never planned again (R9).
  const { candidates, nowMs } = await candidatesOf(request, context, ports);
  const unplanned = candidates.flatMap(({ dispatchId, parent, recorded }): Unplanned[] =>
    recorded.kind === 'unplanned' ? [{ dispatchId, parent, account: recorded.account }] : [],
  );
  const budget = await budgetOf(context, nowMs, ports);
  if (clock.now() >= deadlineMs) throw new RetryLater('no time left to plan: others were planned before');

  // 3. Metadata of the new parents.
  const fromScheduler = context.origin === 'cloud-scheduler';
  const userUsd = config.PRICE_PER_USER_USD;
  const { x, gate } = ports;
  const known = await lookUpParents(unplanned, { fromScheduler, userUsd, budget, x, gate, deadlineMs });

  // 5. Budget, in the order in which the parents are given (R20).
  const deciding = {
    context,
    budget,
    friendUsd: config.PRICE_PER_FRIEND_USD,
    nowMs: Math.max(nowMs, clock.now()),
  };
  const decisions = candidates.map((candidate) => decide(candidate, known, deciding));

  // 6. Record the plan (R12). An observation before its plan: a plan without one would be looked up no more.
  await ports.metadata.append(observationRows(known, context, userUsd, clock.now()));
  return recordedPlan(decisions, ports.dispatches);
}

/** Records what was decided. R11: what cannot be recorded is not published, and told instead. */
async function recordedPlan(decisions: Decision[], dispatches: Dispatches): Promise<ChunkPlan> {
  const rows = decisions.flatMap(({ row }) => (row ? [row] : []));
  const refused = await dispatches.append(rows);
  const refusedRows = new Set(refused.map(({ index }) => rows[index]));
  return {
    pages: decisions.flatMap(({ row, pages }) => (pages && !(row && refusedRows.has(row)) ? [pages] : [])),
    refusals: refused.map(
      ({ index, reasons }) =>
        `parent ${rows[index]?.parent_username}: BigQuery refuses its plan: ${reasons.join('; ')}`,
    ),
  };
}

async function budgetOf(
  context: RequestContext,
  nowMs: number,
  { dispatches, config }: PlannerPorts,
): Promise<Budget> {
  const caps = {
    requestUsd: context.maxCostUsd,
    runUsd: config.MAX_RUN_COST_USD,
    dayUsd: config.DAILY_BUDGET_USD,
    runPages: pagesWithinRetention(config),
  };
  return new Budget(caps, await dispatches.committed(context.runId, Date.parse(context.dispatchedAt), nowMs));
}

function decide(candidate: Candidate, known: Map<string, Known>, deciding: Deciding): Decision {
  const { dispatchId, parent, recorded } = candidate;
  switch (recorded.kind) {
    case 'closed':
      return {};
    case 'planned':
      return decideRecorded(parent, recorded, deciding);
    case 'unplanned': {
      const of = known.get(dispatchId);
      if (!of) throw new Error(`nothing is known of dispatch ${dispatchId}`);
      return decideUnplanned(candidate, of, deciding);
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
