import { baseChain, baseOf } from '../../shared/check/base-chain.ts';
import type { Answer } from '../../shared/check/carried-over.ts';
import { isBrokenForMany, ORDER_WINDOW_DAYS } from '../../shared/check/order-health.ts';
import { planCheck, type ReadingMode } from '../../shared/check/plan-check.ts';
import type { Config } from '../../shared/config.ts';
import type { Base } from '../../shared/plan/reading.ts';
import { OUTLASTED_DAYS } from '../../shared/time-limits.ts';
import { DAY_MS, dayOf, isoOf } from '../../shared/times.ts';
import type { Answers } from '../../shared/warehouse/answers.ts';
import type { EndedRead, Histories } from '../../shared/warehouse/histories.ts';
import type { RequestContext } from './request-context.ts';

/** A parent of which a check was asked for, just looked up. */
export interface CountedParent {
  parentId: string;
  friendsCount: number;
}

/** How a parent of which a check was asked for is to be read, and what that is compared with. */
export type CheckOrFull = ReadingMode & { base: Base | null };

interface Ports {
  histories: Histories;
  answers: Answers;
  config: Pick<Config, 'PARTITION_EXPIRATION_DAYS'>;
}

/**
 * R27: full or check, by parent id, so that whoever has taken over a name has no base; what was over before the run was
 * dispatched counts, and nothing else. Throws RetryLater.
 */
export async function readingsOf(
  parents: CountedParent[],
  { dispatchedAt, job, reading }: Pick<RequestContext, 'dispatchedAt' | 'job' | 'reading'>,
  { histories, answers, config }: Ports,
): Promise<Map<string, CheckOrFull>> {
  const atMs = Date.parse(dispatchedAt);
  const { keyframeDays, maxDepth } = reading;
  const ids = parents.map(({ parentId }) => parentId);
  if (ids.length === 0) return new Map();
  const [of, brokenOrders] = await Promise.all([
    histories.of(ids, { atMs, sinceMs: sinceOf(atMs, keyframeDays, config) }),
    histories.brokenOrders(job.name, atMs),
  ]);
  const isStopped = isBrokenForMany(brokenOrders);
  const chosen = parents.map((parent) => {
    const history = of.get(parent.parentId) ?? { reads: [], order: [] };
    const reads = restingOn(history.reads);
    return { parent, reads, order: history.order, base: baseOf(reads) };
  });
  const said = await saidFor(
    chosen.flatMap(({ base }) => base ?? []),
    answers,
  );
  return new Map(
    chosen.map(({ parent, reads, order, base }) => {
      const { answers: its, count } = said.get(base?.dispatchId ?? '') ?? { answers: [], count: null };
      const planned = planCheck({
        ...parent,
        ...{ atMs, keyframeDays, maxDepth, order },
        dispatches: reads.map((read) =>
          read.isCountLookedUp ? read : { ...read, friendsCount: count ?? read.returned },
        ),
        answers: its as Answer[],
      });
      const mode: ReadingMode =
        isStopped && planned.mode === 'check' ? { mode: 'full', reason: 'checks_stopped' } : planned;
      return [parent.parentId, { ...mode, base: baseColumnsOf(reads, base) }];
    }),
  );
}

/** The order of lists is judged by half a year, and a full read is missed for as long as it may be late. */
function sinceOf(
  atMs: number,
  keyframeDays: number,
  { PARTITION_EXPIRATION_DAYS: expiration }: Ports['config'],
): number {
  const days = Math.max(keyframeDays, ORDER_WINDOW_DAYS) + OUTLASTED_DAYS;
  return dayOf(atMs) - Math.min(days, (expiration ?? Number.POSITIVE_INFINITY) - OUTLASTED_DAYS) * DAY_MS;
}

/**
 * Without the checks that were under way beside the last full read: they rest on what was known before it. One whose
 * token X has refused rests on nothing, and is kept: it says that checks do not work.
 */
function restingOn(reads: EndedRead[]): EndedRead[] {
  return reads.filter((read) => read.check === null || baseChain(reads, read.dispatchId) !== undefined);
}

function baseColumnsOf(reads: EndedRead[], base: EndedRead | undefined): Base | null {
  const [fullRead] = (base && baseChain(reads, base.dispatchId)) ?? [];
  if (!base || !fullRead) return null;
  const { dispatchId, dispatchedAtMs } = base;
  return { dispatchId, fullReadAt: isoOf(fullRead.dispatchedAtMs), at: isoOf(dispatchedAtMs) };
}

function saidFor(bases: EndedRead[], answers: Answers) {
  const times = bases.map(({ dispatchedAtMs }) => dispatchedAtMs);
  const ids = bases.map(({ dispatchId }) => dispatchId);
  return answers.of(ids, { first: Math.min(...times), last: Math.max(...times) });
}
