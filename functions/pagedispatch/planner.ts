import type { Config } from '../../shared/config.ts';
import { RetryLater } from '../../shared/errors.ts';
import type { EndedDispatch } from '../../shared/messages/announcement-request.ts';
import type { DispatchRequest } from '../../shared/messages/dispatch-request.ts';
import type { AccountMetadata } from '../../shared/warehouse/account-metadata.ts';
import type { DispatchRow } from '../../shared/warehouse/dispatches.ts';
import type { RefusedRow } from '../../shared/warehouse/halved.ts';
import { sumUsd } from '../../shared/x/prices.ts';
import { type DecidePorts, decideChunk } from './decide-chunk.ts';
import { KnownParents } from './known-parents.ts';
import type { PagesToPublish } from './publish-pages.ts';
import { recordPlan } from './record-plan.ts';
import type { RequestContext } from './request-context.ts';

export interface PlannerPorts extends DecidePorts {
  metadata: AccountMetadata;
  config: Config;
}

/** What came of the parents of a chunk. */
export interface ChunkPlan {
  /** To be published. */
  pages: PagesToPublish[];
  /** To be announced: they are not paged (R31). */
  ended: EndedDispatch[];
  /** What cannot be recorded: of which parent, and why. */
  refusals: string[];
  /** Why some parents are not planned yet: the message comes again. Null: all are. */
  waits: RetryLater | null;
}

/** Each finds what the one before it, or somebody else, has recorded. */
const MOST_ROUNDS = 10;

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
  const known = new KnownParents(ports.observed, context.planningId, context.runId);
  const refusals = new Set<string>();
  for (let round = 0; ; round++) {
    const { decisions, observed, seen, counted, waits } = await decideChunk(
      { request, context, deadlineMs, known },
      ports,
    );
    // 6. Record the plan. An observation before its plan: a plan without one would be looked up no more.
    const unobserved = await ports.metadata.append(observed.map(({ row }) => row));
    const refusedObservations = new Set(unobserved.map(({ index }) => observed[index]));
    for (const one of observed) one.of.isRecorded = !refusedObservations.has(one);
    add(
      refusals,
      told('what X says of it', unobserved, (index) => observed[index]?.username),
    );
    const rows = decisions.flatMap(({ row }) => (row ? [row] : []));
    const name = `${context.planningId}_${seen}_${counted.rows}`;
    // Until it is known what becomes of it, another message may find no room for what it commits.
    ports.observed.doubt(context.planningId, context.runId, pagesUsd(rows));
    const { isOld, refused } = await recordPlan(rows, name, counted, ports.dispatches);
    ports.observed.certain(context.planningId);
    // R12: what others have recorded is the plan, whatever is decided now.
    if (isOld && round < MOST_ROUNDS) continue;
    if (isOld) throw new RetryLater('others plan the same parents at the same time');
    add(
      refusals,
      told('its plan', refused, (index) => rows[index]?.parent_username),
    );
    const refusedRows = new Set(refused.map(({ index }) => rows[index]));
    const recorded = decisions.filter(({ row }) => !row || !refusedRows.has(row));
    for (const { row } of recorded) if (row) known.countNoMore(row.dispatch_id);
    const pages = recorded.flatMap(({ pages }) => pages ?? []);
    const ended = recorded.flatMap(({ ended }) => ended ?? []);
    return { pages, ended, refusals: [...refusals], waits };
  }
}

/** What the rows commit for pages, in US dollars: their look-ups count by themselves. */
const pagesUsd = (rows: DispatchRow[]): number =>
  sumUsd(
    rows.map(({ status, committed_cost_usd: committed, lookup_cost_usd: lookup }) =>
      status === 'dispatched' ? (committed ?? 0) - (lookup ?? 0) : 0,
    ),
  );

const add = (to: Set<string>, texts: string[]) => {
  for (const text of texts) to.add(text);
};

const told = (what: string, refused: RefusedRow[], parentOf: (index: number) => string | undefined) =>
  refused.map(
    ({ index, reasons }) => `parent ${parentOf(index)}: BigQuery refuses ${what}: ${reasons.join('; ')}`,
  );
