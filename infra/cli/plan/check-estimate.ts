import { type CheckOrFull, readingsOf } from '../../../functions/pagedispatch/readings.ts';
import type { FullReason } from '../../../shared/check/ended-dispatch.ts';
import { headOf } from '../../../shared/check/next-page.ts';
import type { Config } from '../../../shared/config.ts';
import type { RequestedParent } from '../../../shared/messages/dispatch-request.ts';
import { isAccountId, isCount } from '../../../shared/messages/formats.ts';
import { KEYFRAME_DAYS } from '../../../shared/messages/schemas/dispatch-request.ts';
import { isoOf } from '../../../shared/times.ts';
import { createAnswers } from '../../../shared/warehouse/answers.ts';
import { createHistories } from '../../../shared/warehouse/histories.ts';
import { ACCOUNTS_PER_LOOKUP } from '../../../shared/x/limits.ts';
import { costOf, sumUsd } from '../../../shared/x/prices.ts';
import { warehouseOf } from '../target/query.ts';
import type { Target } from '../target/target.ts';
import { counted } from '../terminal/figures.ts';
import type { CheckOptions } from './check-options.ts';
import { costOfList, type Estimate } from './cost-estimate.ts';
import { countsUsed } from './counts-used.ts';
import type { KnownAccounts } from './known-accounts.ts';
import type { KnownCount } from './known-counts.ts';
import { waitSeconds } from './rate-limit.ts';

/**
 * What checks would take. `costUsd` and all beside it: at the least, where X's counts say that nobody is gone.
 * `committedUsd`: where they say so of every list.
 */
export interface CheckEstimate extends Estimate {
  checks: number;
  /** Accounts whose lists are read in full all the same. */
  fullReads: { username: string; reason: FullReason }[];
  /** What full reads of all of them would cost; of those whose counts are known. */
  fullReadsUsd: number;
}

/** By the planner's own rules, and the counts as they were last known. Throws RetryLater. */
export async function estimateOfChecks(
  target: Target,
  parents: RequestedParent[],
  history: KnownAccounts,
  options: CheckOptions & { job?: string; pageSize: number },
): Promise<CheckEstimate> {
  const { config } = target;
  const known = parents.map((parent) => {
    const { username, id, friendsCount: given } = parent;
    const byRequest = isCount(given) ? { friendsCount: given, from: 'request' as const } : undefined;
    const count = history.countOf(parent) ?? byRequest ?? null;
    const parentId = isAccountId(id) ? id : (history.idOf(parent) ?? null);
    const standing = history.standingOf(parent);
    return { username, parentId, count, friendsCount: count?.friendsCount ?? null, standing };
  });
  const readings = await readingsNow(target, known, options);
  const reads = known.map((parent): Read => {
    const reading = readings.get(parent.parentId ?? '');
    const isCheck = reading?.mode === 'check' && parent.friendsCount !== null;
    const reason = reading?.mode === 'full' ? reading.reason : isCheck ? null : 'no_base';
    return { ...parent, reason, headBound: isCheck ? reading.headBound : 0 };
  });
  const unknown = reads.filter(({ count }) => count === null);
  return {
    accounts: reads.length,
    accountsWithUnknownCount: unknown.length,
    accountsNeverSeen: unknown.filter(({ standing }) => standing === 'never seen').length,
    counts: countsUsed(reads.flatMap(({ count }) => count ?? [])),
    // Each is looked up, whatever a request says of it.
    lookups: reads.length,
    ...summed(reads, { ...options, config }),
  };
}

interface Read {
  username: string;
  standing: ReturnType<KnownAccounts['standingOf']>;
  count: KnownCount | { friendsCount: number; from: 'request' } | null;
  friendsCount: number | null;
  /** Why it is read in full; null: it is checked. */
  reason: FullReason | null;
  headBound: number;
}

type Asked = { job?: string; keyframeDays?: number; maxDepth?: number | null };

function readingsNow(
  target: Target,
  known: { parentId: string | null; friendsCount: number | null }[],
  { job = 'manual', keyframeDays = KEYFRAME_DAYS, maxDepth = null }: Asked,
): Promise<Map<string, CheckOrFull>> {
  const counted = known.flatMap(({ parentId, friendsCount }) =>
    parentId === null || friendsCount === null ? [] : [{ parentId, friendsCount }],
  );
  const context = warehouseOf(target);
  return readingsOf(
    counted,
    {
      ...{ dispatchedAt: isoOf(target.clock.now()), job: { name: job } },
      reading: { mode: 'check', keyframeDays, maxDepth },
    },
    { histories: createHistories(context), answers: createAnswers(context), config: target.config },
  );
}

type Summing = { pageSize: number; maxDepth?: number | undefined; config: Config };

function summed(reads: Read[], { pageSize, maxDepth, config }: Summing) {
  const checked = reads.filter(({ reason }) => reason === null);
  const full = reads.filter(({ reason }) => reason !== null);
  const price = config.PRICE_PER_FRIEND_USD;
  const lookUpsUsd = costOf(reads.length, config.PRICE_PER_USER_USD);
  // Of a list whose length nobody knows there is nothing to add up.
  const lists = (of: Read[]) =>
    of.flatMap(({ friendsCount: count }) => (count === null ? [] : costOfList(count, pageSize, config)));
  const least = checked.map(({ friendsCount }) => costOf(headOf(friendsCount ?? 0), price));
  const most = checked.map(({ friendsCount, headBound }) => {
    const count = friendsCount ?? 0;
    return costOf(Math.max(Math.min(maxDepth ?? count, count), headBound), price);
  });
  const pages = checked.length + lists(full).reduce((sum, list) => sum + list.pages, 0);
  const lookUpCalls = Math.ceil(reads.length / ACCOUNTS_PER_LOOKUP);
  return {
    pages,
    calls: pages + lookUpCalls,
    costUsd: sumUsd([...least, ...lists(full).map(({ costUsd }) => costUsd), lookUpsUsd]),
    committedUsd: sumUsd([...most, ...lists(full).map(({ committedUsd }) => committedUsd), lookUpsUsd]),
    isFloor: reads.every(isFloor),
    seconds: waitSeconds(pages, config),
    checks: checked.length,
    fullReads: full.map(({ username, reason }) => ({ username, reason: reason ?? 'no_base' })),
    fullReadsUsd: sumUsd([...lists(reads).map(({ costUsd }) => costUsd), lookUpsUsd]),
  };
}

/** The look-up of an account that is there costs its cent, and a check reads the head in any case. */
const isFloor = ({ standing, reason, friendsCount }: Read): boolean =>
  standing === 'there' &&
  (friendsCount === null || (reason === null && friendsCount >= headOf(friendsCount)));

const WHY: Record<FullReason, string> = {
  no_base: 'never read to the end before',
  unaligned: 'its last check did not meet the list as it was known',
  order_broken: 'X does not list its friends by the time of the follow',
  checks_stopped: 'X does not list the friends of many parents of this job by the time of the follow',
  keyframe: 'its last full read is too old',
};

/** "2 of 3 accounts are read in full: @alice, @bob (never read to the end before)"; undefined where none is. */
export function fullReadsText({ accounts, fullReads }: CheckEstimate): string | undefined {
  if (fullReads.length === 0) return undefined;
  const groups = [...Map.groupBy(fullReads, ({ reason }) => reason)].map(
    ([reason, of]) => `${namesOf(of.map(({ username }) => username))} (${WHY[reason]})`,
  );
  const are = fullReads.length === 1 ? 'is' : 'are';
  return `${fullReads.length} of ${counted(accounts, 'account')} ${are} read in full: ${groups.join('; ')}`;
}

const MOST_NAMES = 5;

function namesOf(usernames: string[]): string {
  const shown = usernames.slice(0, MOST_NAMES).map((username) => `@${username}`);
  const more = usernames.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
