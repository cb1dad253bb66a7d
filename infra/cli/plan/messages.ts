import { v4 } from 'uuid';
import { Rejected } from '../../../shared/errors.ts';
import { dispatchIdOf } from '../../../shared/ids.ts';
import { jsonOf } from '../../../shared/messages/delivery.ts';
import { type DispatchRequest, decodeDispatchRequest } from '../../../shared/messages/dispatch-request.ts';
import { isoOf } from '../../../shared/times.ts';
import type { Target } from '../target/target.ts';
import { WrongUsage } from '../terminal/errors.ts';
import { counted } from '../terminal/figures.ts';
import { withoutUnseen } from '../terminal/unseen.ts';
import { backfillOf, priceOfBackfill } from './backfill.ts';
import { cappedBackfill } from './backfill-caps.ts';
import { type CheckEstimate, estimateOfChecks, fullReadsText } from './check-estimate.ts';
import { type Estimate, estimateOf } from './cost-estimate.ts';
import { type CountsUsed, countsLines, countsTogether } from './counts-used.ts';
import { priceOf, priceOfAll } from './estimate-price.ts';
import { knownAccounts } from './known-accounts.ts';
import { dispatchesOfRuns } from './planned-dispatches.ts';
import { figureText, freeOfCharge, type Price } from './price.ts';

/** A request that says which run it is of. */
export type NamedRequest = DispatchRequest & { runId: string; dispatchedAt: string };

/**
 * Messages, one JSON object a line, as "dodo republish --print" writes them; one that names no run gets a new one, of
 * now. Throws WrongUsage, which names the line, where pagedispatch would reject it out of sight.
 */
export function messagesIn(content: string, name: string, nowMs: number): NamedRequest[] {
  const messages = content.split('\n').flatMap((raw, index) => {
    const line = withoutUnseen(raw);
    if (line === '') return [];
    try {
      const request = decodeDispatchRequest(jsonOf({ data: Buffer.from(line) }), nowMs);
      const { runId = v4(), dispatchedAt = isoOf(nowMs) } = request;
      return [{ ...request, runId, dispatchedAt }];
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      throw new WrongUsage(`line ${index + 1} of ${name} would be rejected: ${error.message}.`);
    }
  });
  if (messages.length === 0) throw new WrongUsage(`${name} holds no message.`);
  return messages;
}

/** What publishing messages would do. */
export interface MessagesProspect {
  parents: number;
  /** Those that have a plan, of which only what is missing is bought. */
  plannedBefore: number;
  price: Price;
  /** What the figures rest on, but for plans, which say themselves what is bought. */
  counts: CountsUsed[];
  notes: string[];
}

/** By the planner's own rules. Throws RetryLater. */
export async function prospectOfMessages(
  target: Target,
  messages: NamedRequest[],
): Promise<MessagesProspect> {
  const each: MessagesProspect[] = [];
  for (const message of messages) each.push(await prospectOfMessage(target, message));
  return {
    parents: each.reduce((sum, { parents }) => sum + parents, 0),
    plannedBefore: each.reduce((sum, { plannedBefore }) => sum + plannedBefore, 0),
    price: priceOfAll(each.map(({ price }) => price)),
    counts: countsTogether(each.map(({ counts }) => counts)),
    notes: each.flatMap(({ notes }) => notes),
  };
}

async function prospectOfMessage(target: Target, message: NamedRequest): Promise<MessagesProspect> {
  const { runId, parents, maxCostUsd: maxCost } = message;
  const ids = new Map(parents.map((parent) => [dispatchIdOf(runId, parent.username), parent]));
  const planned = (await dispatchesOfRuns(target, [runId])).filter((row) => ids.has(row.dispatch_id));
  for (const { dispatch_id } of planned) ids.delete(dispatch_id);
  const { backfill, newly } = await backfillOf(target, planned);
  const asked = { newly, committedUsd: backfill.committedUsd, maxCost };
  const { notes, capUsd } = await cappedBackfill(target, planned, asked);
  const fresh = [...ids.values()];
  const estimate = await estimateOfRequest(target, { ...message, parents: fresh });
  const full = 'checks' in estimate ? fullReadsText(estimate) : undefined;
  return {
    parents: parents.length,
    plannedBefore: planned.length,
    price: {
      ...priceOfAll([priceOfBackfill(backfill), priceOf(estimate)]),
      capUsd: fresh.length > 0 ? maxCost : capUsd,
    },
    counts: countsTogether([backfill.counts, estimate.counts]),
    notes: [...notes, ...(full ? [full] : [])],
  };
}

/** Of a request whose parents have no plan. Throws RetryLater. */
export async function estimateOfRequest(
  target: Target,
  { parents, job, mode, ...asked }: DispatchRequest,
): Promise<Estimate | CheckEstimate> {
  const { config } = target;
  const { keyframeDays, maxDepth, pageSize = config.PAGE_SIZE } = asked;
  const known = await knownAccounts(target, parents);
  if (mode !== 'check' || parents.length === 0) return estimateOf(parents, known, { pageSize, config });
  const depths = {
    ...(keyframeDays !== undefined && { keyframeDays }),
    ...(maxDepth !== undefined && { maxDepth }),
  };
  return estimateOfChecks(target, parents, known, { ...depths, job: job.name, pageSize });
}

/** The prospect for people, a line a fact. */
export function prospectLines(
  messages: NamedRequest[],
  { parents, plannedBefore, price, counts, notes }: MessagesProspect,
  target: Target,
): string[] {
  const runs = new Set(messages.map(({ runId }) => runId)).size;
  return [
    `messages    ${counted(messages.length, 'message')} of ${counted(runs, 'run')}`,
    `parents     ${counted(parents, 'parent')}, of which ${plannedBefore} planned before: of these only what is missing`,
    `cost        ${price.bound ? `${price.bound} ` : ''}${figureText(price)}${freeOfCharge(target)}`,
    ...countsLines(counts, target.clock.now()),
    ...notes.map((note) => `note        ${note}`),
  ];
}
