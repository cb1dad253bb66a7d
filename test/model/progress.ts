import { DAY_MS } from '../../shared/times.ts';
import type { DispatchRow } from '../../shared/warehouse/dispatches.ts';
import type { Row } from '../views/rows.ts';
import { type Chain, chainOf, compare, type PageRow } from './chain.ts';

export type State =
  | ('complete' | 'checked' | 'open' | 'unaligned')
  | 'running'
  | 'stopped'
  | 'stalled'
  | 'partial'
  | 'unavailable'
  | 'over_budget';

export interface Progress {
  plan: DispatchRow | undefined;
  /** When it was dispatched. */
  dispatchedAt: string;
  pages: PageRow[];
  /** Null: no page is stored. */
  chain: Chain | null;
  /** How many pages of the chain were scraped. */
  pagesDone: number;
  state: State;
  reason: string | null;
  /** Nothing more can come of it. */
  isFinal: boolean;
}

/** What an operator has said last of a run, and of all: either stops it, and the later one lets it go on. */
export interface Word {
  isStopped: boolean;
  saidMs: number;
}
const NOTHING_SAID: Word = { isStopped: false, saidMs: 0 };

export function wordOn(runId: string, stops: Row[]): Word {
  const last = [runId, null].flatMap((of) => {
    const words = stops.filter(({ run_id }) => run_id === of);
    return words.sort((a, b) => compare(`${a.said_at}`, `${b.said_at}`)).slice(-1);
  });
  return {
    isStopped: last.some(({ is_stopped }) => is_stopped === true),
    saidMs: Math.max(0, ...last.map(({ said_at }) => Date.parse(`${said_at}`))),
  };
}

/**
 * `dispatch_progress` for one dispatch id: a row per time of dispatching, since a plan and its pages meet in one
 * row only where they name the same; the pages of a plan that a newer one replaced are in none. More than one row is
 * a dispatch that analysts see twice.
 */
export function progressOf(
  plans: DispatchRow[],
  pages: PageRow[],
  nowMs: number,
  { isStopped, saidMs }: Word = NOTHING_SAID,
): Progress[] {
  const plan = shownPlan(plans);
  const [time, ...superseded] = timesOf(plans);
  const parts = [...Map.groupBy(pages, (page) => `${page.dispatched_at}/${page.parent_id}`).values()].filter(
    (part) => !superseded.includes(part[0]?.dispatched_at ?? ''),
  );
  const isOfPlan = (part: PageRow[]) => part[0]?.dispatched_at === time;
  if (plan && !parts.some(isOfPlan)) parts.push([]);
  return parts.map((part) => {
    const itsPlan = part.length === 0 || isOfPlan(part) ? plan : undefined;
    const refusal = itsPlan && refusedMore(plans);
    const chain = part.length > 0 ? chainOf(part) : null;
    const pagesDone = chain?.pages.filter(({ outcome }) => outcome === 'scraped').length ?? 0;
    const isImported = part.some(({ origin }) => origin === 'import');
    const isUnavailable = isImported || part.some(({ outcome }) => outcome === 'unavailable');
    const state = ((): State => {
      if (chain?.isComplete) return 'complete';
      if (chain?.isEnded) return stateOfCheck(chain);
      if (isUnavailable) return pagesDone > 0 ? 'partial' : 'unavailable';
      if (chain && refusal) return 'partial';
      if (!chain && itsPlan?.status === 'over_budget') return 'over_budget';
      if (!chain && itsPlan?.status !== 'dispatched') return 'unavailable';
      if (isStopped) return 'stopped';
      const movedMs = Math.max(seenMs(itsPlan ? plans : [], part), saidMs);
      return movedMs < nowMs - DAY_MS ? 'stalled' : 'running';
    })();
    const reason = chain?.isEnded ? null : reasonOf(plans, itsPlan, chain, part);
    const isUnreadable = ['not_found', 'suspended', 'protected', 'duplicate'].includes(itsPlan?.status ?? '');
    const isFinal = chain?.isEnded || isUnavailable || (!chain && isUnreadable);
    const dispatchedAt = part[0]?.dispatched_at ?? time ?? '';
    return { plan: itsPlan, dispatchedAt, pages: part, chain, pagesDone, state, reason, isFinal };
  });
}

/** What X's count says is accounted for, or not; or the list as it was known was not met again. */
function stateOfCheck({ head: { check } }: Chain): State {
  if (!check || check.frontier_id === null) return 'unaligned';
  return check.fewer + check.more === 0 ? 'checked' : 'open';
}

function reasonOf(
  plans: DispatchRow[],
  plan: DispatchRow | undefined,
  chain: Chain | null,
  pages: PageRow[],
): string | null {
  const ofAnyPage = pages.map((page) => page.reason).filter((reason) => reason !== null);
  // Why pages were not bought or published again says more than the plan that they belong to.
  const newest = newestOf(plans);
  const isRefused = newest?.status === 'over_budget' && !isMore(newest);
  const refusal = plan && (refusedMore(plans)?.reason ?? (isRefused ? newest.reason : null));
  const status = plan?.status === 'dispatched' ? null : (plan?.status ?? null);
  const ofImport = pages.some(({ origin }) => origin === 'import') ? 'not_in_archive' : null;
  return chain?.head.reason ?? ofAnyPage.sort().at(-1) ?? ofImport ?? refusal ?? plan?.reason ?? status;
}

/** It commits more to a plan, or says why not. */
const isMore = ({ after_page }: DispatchRow): boolean => after_page !== null;

const firstPlannings = (plans: DispatchRow[]): DispatchRow[] =>
  plans.filter((plan) => !plan.republished && !isMore(plan));

/** The plan that the views show: the newest planning that is no mere republication, and adds to no other. */
export function shownPlan(plans: DispatchRow[]): DispatchRow | undefined {
  return newestOf(firstPlannings(plans)) ?? newestOf(plans);
}

/** The times under which it was dispatched: that of its pages first, then those of plans that were made before. */
function timesOf(plans: DispatchRow[]): string[] {
  const dispatched = (rows: DispatchRow[]) => rows.filter(({ status }) => status === 'dispatched');
  const [first, all] = [firstPlannings(plans), dispatched(firstPlannings(plans))];
  const newest = newestOf(all) ?? newestOf(first) ?? newestOf(dispatched(plans)) ?? newestOf(plans);
  return newest ? [...new Set([newest, ...all].map((plan) => plan.dispatched_at))] : [];
}

/** What was committed to the plan when the list went on beyond it: a row for each time, however often it is stored. */
export function committedMore(plans: DispatchRow[]): DispatchRow[] {
  const more = plans.filter((plan) => isMore(plan) && plan.status === 'dispatched' && !plan.republished);
  return [...new Map(more.map((plan) => [plan.max_friends, plan])).values()];
}

/** Why the list was not read further than its plan, though it goes on. */
function refusedMore(plans: DispatchRow[]): DispatchRow | undefined {
  const upTo = (rows: DispatchRow[]) => Math.max(0, ...rows.map(({ after_page }) => after_page ?? 0));
  const refused = plans.filter((plan) => isMore(plan) && plan.status === 'over_budget');
  if (upTo(refused) <= upTo(committedMore(plans))) return undefined;
  return newestOf(refused.filter(({ after_page }) => after_page === upTo(refused)));
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
