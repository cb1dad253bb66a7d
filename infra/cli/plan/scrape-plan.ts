import type { Config } from '../../../shared/config.ts';
import { pagesWithinRetention } from '../../../shared/plan/pages.ts';
import type { Target } from '../target/target.ts';
import { Failure } from '../terminal/errors.ts';
import { count, duration, usd } from '../terminal/words.ts';
import { type Estimate, estimateOf } from './cost-estimate.ts';
import { dayBudget } from './day-budget.ts';
import { knownAccounts } from './known-accounts.ts';
import { type Chosen, type Selection, selectionOf } from './selection.ts';

/** A run before it is dispatched. */
export interface ScrapePlan {
  selection: Selection;
  estimate: Estimate;
}

export interface PlanOptions {
  pageSize?: number;
  maxCost?: number;
}

/** Throws Failure where nothing is left to scrape, or more than can be fetched before its messages expire. */
export async function planScrape(
  target: Target,
  choice: Chosen,
  options: PlanOptions = {},
): Promise<ScrapePlan> {
  const { config } = target;
  const selected = await selectionOf(target, choice);
  const known = await knownAccounts(target, selected.parents);
  const parents = selected.parents.filter((parent) => !known.isForgotten(parent));
  if (parents.length === 0) throw new Failure('every account named is a forgotten one ("dodo forget").');
  const estimate = estimateOf(parents, known.counts, {
    pageSize: options.pageSize ?? config.PAGE_SIZE,
    config,
  });
  const most = pagesWithinRetention(config);
  if (estimate.pages > most)
    throw new Failure(
      `the run needs ${count(estimate.pages, 'page')}, but only ${count(most, 'page')} can be fetched in the ${config.RETENTION_DAYS} days that messages are kept. Split it into several runs.`,
    );
  const forgotten = selected.parents.length - parents.length;
  const notes = [
    ...selected.notes,
    ...(forgotten > 0 ? [`left out as forgotten ("dodo forget"): ${forgotten}`] : []),
    ...(await tooDear(target, estimate, options)),
  ];
  return { selection: { ...selected, parents, notes }, estimate };
}

/** Which caps the run would meet: what does not fit is recorded as over_budget, and nothing of it is bought. */
async function tooDear(target: Target, { costUsd }: Estimate, { maxCost }: PlanOptions): Promise<string[]> {
  const { config } = target;
  const { leftTodayUsd } =
    config.DAILY_BUDGET_USD === null ? { leftTodayUsd: null } : await dayBudget(target);
  const caps: [string, number | null | undefined][] = [
    ['--max-cost', maxCost],
    ['MAX_RUN_COST_USD', config.MAX_RUN_COST_USD],
    ['what is left today of DAILY_BUDGET_USD', leftTodayUsd],
  ];
  return caps.flatMap(([name, cap]) =>
    typeof cap === 'number' && costUsd > cap
      ? [`${usd(costUsd)} passes ${name} (${usd(cap)}): parents that do not fit will be over_budget`]
      : [],
  );
}

/** The plan for people, a line a fact. */
export function planLines({ selection, estimate }: ScrapePlan, { config, x }: Target): string[] {
  const { accounts, accountsWithUnknownCount: unknown, lookups, pages, calls, costUsd, seconds } = estimate;
  const known = unknown > 0 ? ' at least' : '';
  const unseen = `${count(unknown, 'account has', 'accounts have')} never been seen: how many friends, and so how many pages and dollars they add, X will say`;
  const notes = [...(unknown > 0 ? [unseen] : []), ...selection.notes];
  return [
    `accounts    ${count(accounts, 'account')}, ${count(lookups, 'look-up')}`,
    `pages       ${count(pages, 'page')}${known}`,
    `calls to X  ${count(calls, 'call')}${known}`,
    `cost        ${usd(costUsd)}${known}${x === 'simulated' ? ' (simulated: nothing is charged)' : ''}`,
    `time        ${duration(seconds)} at ${limitOf(config)}`,
    ...notes.map((note) => `note        ${note}`),
  ];
}

export const limitOf = ({ X_CALLS_PER_WINDOW, X_WINDOW_SECONDS }: Config): string =>
  `${count(X_CALLS_PER_WINDOW, 'call')} per ${X_WINDOW_SECONDS % 60 === 0 ? `${X_WINDOW_SECONDS / 60} min` : `${X_WINDOW_SECONDS} s`}`;
