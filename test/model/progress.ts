import type { PageRow } from '../../shared/warehouse/completed-scrapes.ts';
import type { DispatchRow } from '../../shared/warehouse/dispatches.ts';
import { type Chain, chainOf, compare } from './chain.ts';

export type State = 'complete' | 'running' | 'stalled' | 'partial' | 'unavailable' | 'over_budget';

export interface Progress {
  plan: DispatchRow | undefined;
  /** Null: no page is stored. */
  chain: Chain | null;
  /** How many pages of the chain were scraped. */
  pagesDone: number;
  state: State;
  reason: string | null;
}

const DAY_MS = 86_400_000;

/**
 * `dispatch_progress` for one dispatch id: a row per time of dispatching, since a plan and its pages meet in one
 * row only where they name the same. More than one row is a dispatch that analysts see twice.
 */
export function progressOf(plans: DispatchRow[], pages: PageRow[], nowMs: number): Progress[] {
  const plan = shownPlan(plans);
  const parts = [...Map.groupBy(pages, (page) => `${page.dispatched_at}/${page.parent_id}`).values()];
  const isOfPlan = (part: PageRow[]) => part[0]?.dispatched_at === plan?.dispatched_at;
  if (plan && !parts.some(isOfPlan)) parts.push([]);
  return parts.map((part) => {
    const itsPlan = part.length === 0 || isOfPlan(part) ? plan : undefined;
    const chain = part.length > 0 ? chainOf(part) : null;
    const pagesDone = chain?.pages.filter(({ outcome }) => outcome === 'scraped').length ?? 0;
    const isUnavailable = part.some(({ outcome }) => outcome === 'unavailable');
    const state = ((): State => {
      if (chain?.isComplete) return 'complete';
      if (isUnavailable) return pagesDone > 0 ? 'partial' : 'unavailable';
      if (!chain && itsPlan?.status === 'over_budget') return 'over_budget';
      if (!chain && itsPlan?.status !== 'dispatched') return 'unavailable';
      if (pagesDone > 0 && refusalOfMore(plans)) return 'partial';
      return seenMs(plans, part) < nowMs - DAY_MS ? 'stalled' : 'running';
    })();
    const reason = chain?.isComplete ? null : reasonOf(plans, itsPlan, chain, part);
    return { plan: itsPlan, chain, pagesDone, state, reason };
  });
}

function reasonOf(
  plans: DispatchRow[],
  plan: DispatchRow | undefined,
  chain: Chain | null,
  pages: PageRow[],
): string | null {
  const ofAnyPage = pages.map((page) => page.reason).filter((reason) => reason !== null);
  // Why pages were not published again says more than the plan that they belong to.
  const newest = plan && (refusalOfMore(plans) ?? newestOf(plans));
  const refusal = newest?.status === 'over_budget' ? newest.reason : null;
  const status = plan?.status === 'dispatched' ? null : (plan?.status ?? null);
  return chain?.head.reason ?? ofAnyPage.sort().at(-1) ?? refusal ?? plan?.reason ?? status;
}

/** The plan that the views show: the newest planning that is no mere republication, and adds to no other. */
export function shownPlan(plans: DispatchRow[]): DispatchRow | undefined {
  return newestOf(plans.filter(({ republished, after_page }) => !republished && !after_page));
}

/** Why a list was not read further than its plan, though it goes on; undefined: it was, or there is no such reason. */
function refusalOfMore(plans: DispatchRow[]): DispatchRow | undefined {
  const newest = newestOf(plans.filter(({ after_page }) => after_page));
  return newest?.status === 'over_budget' ? newest : undefined;
}

/** By the time of planning, whatever it came to. */
export function newestOf(plans: DispatchRow[]): DispatchRow | undefined {
  return plans
    .toSorted((a, b) => compare(a.planned_at, b.planned_at) || compare(a.message_id, b.message_id))
    .at(-1);
}

function seenMs(plans: DispatchRow[], pages: PageRow[]): number {
  const planned = plans.filter(({ status }) => status === 'dispatched').map((plan) => plan.planned_at);
  const seen = [...planned, ...pages.map((page) => page.completed_at)].sort().at(-1);
  return seen === undefined ? 0 : Date.parse(seen);
}
