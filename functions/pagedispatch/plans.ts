import { mostPages } from '../../shared/check/next-page.ts';
import { type CheckPlan, withoutSearch } from '../../shared/check/plan.ts';
import { expectedFriends } from '../../shared/plan/check-pages.ts';
import { maxFriendsOf, totalPagesOf } from '../../shared/plan/pages.ts';
import type { Plan } from '../../shared/plan/planning.ts';
import { AS_ASKED, type Base, type ModeReason } from '../../shared/plan/reading.ts';
import type { CheckOrFull } from './readings.ts';

type Account = Pick<Plan, 'dispatchId' | 'dispatchedAtMs' | 'parentId' | 'parentUsername' | 'friendsCount'>;

/**
 * How a parent may be read, the best first: what the budget has room for counts. `reading` is undefined where the whole
 * list was asked for.
 */
export function plansOf(
  account: Account,
  pageSize: number,
  reading: CheckOrFull | undefined,
): [Plan, ...Plan[]] {
  if (!reading) return [{ ...wholeOf(account, pageSize), reading: AS_ASKED }];
  const { base } = reading;
  if (reading.mode === 'full' || !base) {
    const modeReason = reading.mode === 'full' ? reading.reason : 'no_base';
    return [{ ...wholeOf(account, pageSize), reading: { ...AS_ASKED, modeReason, base } }];
  }
  const checkOf = (check: CheckPlan, modeReason: ModeReason | null, compared: Base): Plan => ({
    ...account,
    ...{ totalPages: mostPages(check), pageSize, maxFriends: check.maxFriends },
    reading: { mode: 'check', modeReason, base: compared, check },
  });
  const { plan, reason, headBound } = reading;
  const shallow = withoutSearch(plan, headBound);
  const wanted = checkOf(plan, reason, base);
  return shallow === plan ? [wanted] : [wanted, checkOf(shallow, 'over_budget', base)];
}

function wholeOf(account: Account, pageSize: number): Plan {
  const totalPages = totalPagesOf(account.friendsCount, pageSize);
  return {
    ...account,
    totalPages,
    pageSize,
    maxFriends: maxFriendsOf(account.friendsCount, totalPages, pageSize),
  };
}

/** Friends that a plan is expected to buy, over all its pages. */
export function expectedOf({ reading, friendsCount }: Plan): number {
  return reading?.check ? expectedFriends(reading.check) : friendsCount;
}
