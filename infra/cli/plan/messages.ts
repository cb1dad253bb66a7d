import { v4 } from 'uuid';
import { Rejected } from '../../../shared/errors.ts';
import { dispatchIdOf } from '../../../shared/ids.ts';
import { jsonOf } from '../../../shared/messages/delivery.ts';
import { type DispatchRequest, decodeDispatchRequest } from '../../../shared/messages/dispatch-request.ts';
import { isoOf } from '../../../shared/times.ts';
import { sumUsd } from '../../../shared/x/prices.ts';
import type { Target } from '../target/target.ts';
import { WrongUsage } from '../terminal/errors.ts';
import { counted, usd } from '../terminal/figures.ts';
import { withoutUnseen } from '../terminal/unseen.ts';
import { backfillOf } from './backfill.ts';
import { cappedBackfill } from './backfill-caps.ts';
import { type CheckEstimate, estimateOfChecks, fullReadsText } from './check-estimate.ts';
import { type Estimate, estimateOf } from './cost-estimate.ts';
import { knownAccounts } from './known-accounts.ts';
import { dispatchesOfRuns } from './planned-dispatches.ts';
import { atMostText, freeOfCharge, type Price } from './price.ts';

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
  notes: string[];
}

/** By the planner's own rules. Throws RetryLater. */
export async function prospectOfMessages(
  target: Target,
  messages: NamedRequest[],
): Promise<MessagesProspect> {
  const each: MessagesProspect[] = [];
  for (const message of messages) each.push(await prospectOfMessage(target, message));
  const prices = each.map(({ price }) => price);
  const sumOf = (amounts: (number | undefined)[]) =>
    amounts.includes(undefined) ? undefined : sumUsd(amounts.map((amount) => amount ?? 0));
  return {
    parents: each.reduce((sum, { parents }) => sum + parents, 0),
    plannedBefore: each.reduce((sum, { plannedBefore }) => sum + plannedBefore, 0),
    price: {
      costUsd: sumUsd(prices.map(({ costUsd }) => costUsd)),
      bound: prices.some(({ bound }) => bound) && 'at least',
      committedUsd: sumOf(prices.map(({ committedUsd }) => committedUsd)),
      capUsd: sumOf(prices.map(({ capUsd }) => capUsd)),
    },
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
  const estimate = await estimateOfNew(target, { ...message, parents: fresh });
  const unknown = backfill.parentsOfUnknownCost + estimate.accountsWithUnknownCount;
  const full = 'checks' in estimate ? fullReadsText(estimate) : undefined;
  return {
    parents: parents.length,
    plannedBefore: planned.length,
    price: {
      costUsd: sumUsd([backfill.costUsd, estimate.costUsd]),
      bound: (unknown > 0 || 'checks' in estimate) && 'at least',
      committedUsd: unknown > 0 ? undefined : sumUsd([backfill.committedUsd, estimate.committedUsd]),
      capUsd: fresh.length > 0 ? maxCost : capUsd,
    },
    notes: [...notes, ...(full ? [full] : [])],
  };
}

async function estimateOfNew(
  target: Target,
  { parents, job, mode, ...asked }: NamedRequest,
): Promise<Estimate | CheckEstimate> {
  const { config } = target;
  const { keyframeDays, maxDepth, pageSize = config.PAGE_SIZE } = asked;
  const known = await knownAccounts(target, parents);
  if (mode !== 'check' || parents.length === 0)
    return estimateOf(parents, known.counts, { pageSize, config });
  const depths = {
    ...(keyframeDays !== undefined && { keyframeDays }),
    ...(maxDepth !== undefined && { maxDepth }),
  };
  return estimateOfChecks(target, parents, known, { ...depths, job: job.name, pageSize });
}

/** The prospect for people, a line a fact. */
export function prospectLines(
  messages: NamedRequest[],
  { parents, plannedBefore, price, notes }: MessagesProspect,
  target: Target,
): string[] {
  const runs = new Set(messages.map(({ runId }) => runId)).size;
  const { costUsd, committedUsd, bound } = price;
  const atMost = committedUsd === undefined ? '' : atMostText({ costUsd, committedUsd });
  return [
    `messages    ${counted(messages.length, 'message')} of ${counted(runs, 'run')}`,
    `parents     ${counted(parents, 'parent')}, of which ${plannedBefore} planned before: of these only what is missing`,
    `cost        ${usd(costUsd)}${bound ? ` ${bound}` : ''}${atMost}${freeOfCharge(target)}`,
    ...notes.map((note) => `note        ${note}`),
  ];
}
