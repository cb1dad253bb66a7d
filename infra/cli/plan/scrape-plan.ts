import { pagesWithinRetention } from '../../../shared/plan/pages.ts';
import { commandOn } from '../target/again.ts';
import type { Target } from '../target/target.ts';
import { Failure } from '../terminal/errors.ts';
import { counted, duration, usd } from '../terminal/figures.ts';
import { type CheckEstimate, estimateOfChecks, fullReadsText } from './check-estimate.ts';
import { type Estimate, estimateOf } from './cost-estimate.ts';
import { countsLines } from './counts-used.ts';
import { dayBudget } from './day-budget.ts';
import { priceOf } from './estimate-price.ts';
import { selectedFriends } from './friends-of.ts';
import { knownAccounts } from './known-accounts.ts';
import { figureText, freeOfCharge, listsText } from './price.ts';
import { limitText } from './rate-limit.ts';
import type { RunOptions } from './requests.ts';
import { type Chosen, type Selection, selected } from './selection.ts';

/** A run before it is dispatched. */
export type ScrapePlan = { selection: Selection; estimate: Estimate | CheckEstimate };

type PlanOptions = Omit<RunOptions, 'job'> & Partial<Pick<RunOptions, 'job'>>;

/** Throws Failure where nothing is left to scrape, or more than can be fetched before its messages expire. */
export async function planScrape(target: Target, choice: Chosen, options: PlanOptions): Promise<ScrapePlan> {
  const { config } = target;
  const selection =
    'friendsOf' in choice ? await selectedFriends(target, choice.friendsOf) : selected(choice.parents);
  const known = await knownAccounts(target, selection.parents);
  const parents = selection.parents.filter((parent) => !known.isForgotten(parent));
  if (parents.length === 0)
    throw new Failure(
      `every account named is a forgotten one. "${commandOn(target, 'forget --undo ACCOUNT')}" shows one again.`,
    );
  const pageSize = options.pageSize ?? config.PAGE_SIZE;
  const estimate = options.check
    ? await estimateOfChecks(target, parents, known, { ...options, pageSize })
    : estimateOf(parents, known, { pageSize, config });
  const most = pagesWithinRetention(config);
  if (estimate.pages > most)
    throw new Failure(
      `the run needs ${counted(estimate.pages, 'page')}, but only ${counted(most, 'page')} can be fetched in the ${config.RETENTION_DAYS} days that messages are kept. Split it into several runs.`,
    );
  const forgotten = selection.parents.length - parents.length;
  const notes = [
    ...selection.notes,
    ...(forgotten > 0 ? [`left out as forgotten: ${forgotten}`] : []),
    ...(await tooDear(target, estimate, options)),
  ];
  return { selection: { ...selection, parents, notes }, estimate };
}

/** Which caps the run would meet: what does not fit is recorded as over_budget, and nothing of it is bought. */
async function tooDear(target: Target, estimate: Estimate, { maxCost }: PlanOptions): Promise<string[]> {
  const { config } = target;
  const { leftTodayUsd } =
    config.DAILY_BUDGET_USD === null ? { leftTodayUsd: null } : await dayBudget(target);
  const caps: [string, number | null | undefined][] = [
    ['--max-cost', maxCost],
    ['MAX_RUN_COST_USD', config.MAX_RUN_COST_USD],
    ['what is left today of DAILY_BUDGET_USD', leftTodayUsd],
  ];
  return caps.flatMap(([name, cap]) =>
    typeof cap === 'number' && estimate.committedUsd > cap
      ? [
          `${usd(estimate.committedUsd)} to commit passes ${name} (${usd(cap)}): parents that do not fit will be over_budget`,
        ]
      : [],
  );
}

/** The plan for people, a line a fact. */
export function planLines({ selection, estimate }: ScrapePlan, target: Target): string[] {
  const { accounts, lookups, pages, calls, seconds } = estimate;
  const { accountsWithUnknownCount: unknown, isFloor } = estimate;
  const bound = unknown > 0 ? ['', ' at least'] : ['from ', ''];
  const [before, after] = isFloor ? bound : ['', ''];
  const lists = listsText(unknown);
  const checks = 'checks' in estimate ? estimate : undefined;
  const full = checks && fullReadsText(checks);
  const notes = [...(full ? [full] : []), ...unknownLines(estimate), ...selection.notes];
  return [
    `accounts    ${counted(accounts, 'account')}, ${counted(lookups, 'look-up')}`,
    `pages       ${counted(pages, 'page')}${lists}`,
    `calls to X  ${counted(calls, 'call')}${lists}`,
    `cost        ${before}${figureText(priceOf(estimate))}${after}${freeOfCharge(target)}`,
    ...countsLines(estimate.counts, target.clock.now()),
    ...(checks ? [`full reads  would cost ${usd(checks.fullReadsUsd)}${lists}`] : []),
    `time        ${duration(seconds)} at ${limitText(target.config)}`,
    ...notes.map((note) => `note        ${note}`),
  ];
}

/** Why there is no figure for some. */
function unknownLines({ accountsWithUnknownCount: unknown, accountsNeverSeen: unseen }: Estimate): string[] {
  const add = 'how many friends, and so how many pages and dollars they add, X will say';
  const silent = unknown - unseen;
  return [
    ...(unseen > 0 ? [`${counted(unseen, 'account has', 'accounts have')} never been seen: ${add}`] : []),
    ...(silent > 0
      ? [`of ${counted(silent, 'account')} X has told no count, or that the list cannot be read: ${add}`]
      : []),
  ];
}
