import type { PageRow } from '../../shared/warehouse/completed-scrapes.ts';
import type { DispatchRow } from '../../shared/warehouse/dispatches.ts';

export type State = 'complete' | 'running' | 'stalled' | 'partial' | 'unavailable' | 'over_budget';

/** What the views show of one dispatch: the chain that they pick, and what follows from it. */
export interface Chain {
  head: PageRow;
  /** By page number. */
  pages: PageRow[];
  isComplete: boolean;
  friends: { id: string; pageNumber: number; position: number }[];
}

export interface Progress {
  status: DispatchRow['status'] | null;
  state: State;
  reason: string | null;
  chain: Chain | null;
}

const DAY_MS = 86_400_000;

/**
 * `dispatch_progress` for one dispatch id: a row per time of dispatching, since a plan and its pages meet in one
 * row only where they name the same. More than one row is a dispatch that analysts see twice.
 */
export function progressOf(plans: DispatchRow[], pages: PageRow[], nowMs: number): Progress[] {
  const plan = shownPlan(plans);
  const byTime = Map.groupBy(pages, (page) => `${page.dispatched_at}/${page.parent_id}`);
  const parts = [...byTime.values()];
  const rows = parts.map((part) =>
    progress(plan && plan.dispatched_at === part[0]?.dispatched_at ? plan : undefined, plans, part, nowMs),
  );
  const isAlone = plan && !parts.some((part) => part[0]?.dispatched_at === plan.dispatched_at);
  return isAlone ? [...rows, progress(plan, plans, [], nowMs)] : rows;
}

function progress(
  plan: DispatchRow | undefined,
  plans: DispatchRow[],
  pages: PageRow[],
  nowMs: number,
): Progress {
  const chain = pages.length > 0 ? chainOf(pages) : null;
  const status = plan?.status ?? null;
  const isUnavailable = pages.some((page) => page.outcome === 'unavailable');
  const pagesDone = chain ? chain.pages.filter((page) => page.outcome === 'scraped').length : null;
  const state = ((): State => {
    if (chain?.isComplete) return 'complete';
    if (isUnavailable) return pagesDone ? 'partial' : 'unavailable';
    if (pagesDone === null && status === 'over_budget') return 'over_budget';
    if (pagesDone === null && status !== 'dispatched') return 'unavailable';
    if (pagesDone && refusedMore(plans)) return 'partial';
    return seenMs(plans, pages) < nowMs - DAY_MS ? 'stalled' : 'running';
  })();
  const reasons = pages.map((page) => page.reason).filter((reason) => reason !== null);
  // Why pages were not published again says more than the plan that they belong to.
  const newest = refusedMore(plans) ?? newestOf(plans);
  const refusal = newest?.status === 'over_budget' ? newest.reason : null;
  const reason =
    chain?.head.reason ?? reasons[0] ?? refusal ?? plan?.reason ?? (status === 'dispatched' ? null : status);
  return { status, state, reason: chain?.isComplete ? null : reason, chain };
}

/** `scrape_history` and `friends` for one dispatch: one chain, whatever else was fetched. */
export function chainOf(rows: PageRow[]): Chain {
  const fetches = [...new Map(rows.map((row) => [row.fetch_id, row])).values()];
  const [head] = fetches.sort(bestFirst);
  if (!head) throw new Error('a chain needs a page');
  const inChain = fetches.filter((row) => row === head || head.lineage.includes(row.fetch_id));
  const inPlace = fetches.filter((row) => row === head || head.lineage[row.page_number - 1] === row.fetch_id);
  const pages = inChain.sort((a, b) => a.page_number - b.page_number);
  return {
    head,
    pages,
    isComplete:
      endsList(head) && head.lineage.length === head.page_number - 1 && inPlace.length === head.page_number,
    friends: friendsOf(pages),
  };
}

/** The earliest row that ended the list; else the page furthest on. */
function bestFirst(a: PageRow, b: PageRow): number {
  const rank = (row: PageRow): [number, number, number, number] => [
    endsList(row) ? 0 : 1,
    endsList(row) ? 0 : -row.page_number,
    row.outcome === 'scraped' ? 0 : 1,
    Date.parse(row.completed_at),
  ];
  const [one, other] = [rank(a), rank(b)];
  for (let place = 0; place < one.length; place++) {
    const difference = (one[place] ?? 0) - (other[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.fetch_id < b.fetch_id ? -1 : 1;
}

const endsList = (row: PageRow) => row.outcome === 'scraped' && row.next_token === null;

function friendsOf(pages: PageRow[]): Chain['friends'] {
  const shown = new Map<string, Chain['friends'][number]>();
  for (const page of pages)
    for (const { id, position } of page.friends)
      if (!shown.has(id)) shown.set(id, { id, pageNumber: page.page_number, position });
  return [...shown.values()];
}

/** The plan that the views show: the newest planning that is no mere republication, and adds to no other. */
export function shownPlan(plans: DispatchRow[]): DispatchRow | undefined {
  return newestOf(plans.filter(({ republished, after_page }) => !republished && after_page === null));
}

/** Why a list was not read further than its plan, though it goes on; undefined: it was, or there is no such reason. */
function refusedMore(plans: DispatchRow[]): DispatchRow | undefined {
  const newest = newestOf(plans.filter(({ after_page }) => after_page !== null));
  return newest?.status === 'over_budget' ? newest : undefined;
}

/** By the time of planning, whatever it came to. */
export function newestOf(plans: DispatchRow[]): DispatchRow | undefined {
  return [...plans].sort(
    (a, b) => Date.parse(b.planned_at) - Date.parse(a.planned_at) || (a.message_id > b.message_id ? -1 : 1),
  )[0];
}

function seenMs(plans: DispatchRow[], pages: PageRow[]): number {
  const planned = plans
    .filter(({ status }) => status === 'dispatched')
    .map((plan) => Date.parse(plan.planned_at));
  return Math.max(0, ...planned, ...pages.map((page) => Date.parse(page.completed_at)));
}
