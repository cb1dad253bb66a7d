import { dispatchIdOf } from '../../../shared/ids.ts';
import type { DispatchRow } from '../../../shared/warehouse/dispatches.ts';
import { microsOf, usdOf } from '../../../shared/x/prices.ts';
import type { LookUpBy } from '../../../shared/x/types.ts';
import type { Invocation, PageAsked } from '../instance.ts';
import type { Tables } from '../tables.ts';
import type { BudgetCaps } from './budget.ts';
import type { Fail } from './fail.ts';

interface Options {
  tables: Tables;
  caps: BudgetCaps;
  friendUsd: number;
  userUsd: number;
  fail: Fail;
}

/** `username`: in lower case. */
interface Found {
  by: LookUpBy;
  id: string;
  username: string;
}

/**
 * What X is asked for is committed: at each call for a page what the pages before it on its way have brought, and all that
 * it asks for, are no more than what its dispatch may buy, and cost no more than its rows have told by then; over a run,
 * with the look-ups, no more than the run's cap; over a day no more than the day's. What is bought once more since nobody
 * knew of it counts once here: see PurchaseCheck.
 */
export class SpendingCheck {
  readonly #options: Options;
  readonly #askedByRun = new Map<string, Map<string, number>>();
  readonly #lookUps = new Map<string, { by: Invocation; found: Found[] }[]>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** `before`: friends on the pages that led to it. */
  asking(
    { runId, dispatchId, pageNumber, pageSize, check }: PageAsked,
    before: number,
    maxResults: number,
  ): void {
    const { fail } = this.#options;
    const name = `page ${pageNumber} of ${dispatchId}`;
    const steps = this.#stepsOf(dispatchId);
    const [mostFriends, mostPages] = [maxOf(steps, 'max_friends'), maxOf(steps, 'total_pages')];
    const most = check ? check.maxFriends : pageSize;
    if (maxResults < 1 || maxResults > most)
      fail('budget', `${name} asks for ${maxResults} friends, of ${most}`);
    if (pageNumber > mostPages) fail('budget', `${name} is asked for, beyond ${mostPages} pages`);
    if (before + maxResults > mostFriends)
      fail('budget', `${name} asks for ${maxResults} friends after ${before}, of ${mostFriends}`);
    const [mayCost, told] = [(before + maxResults) * microsOf(this.#options.friendUsd), toldBy(steps)];
    if (mayCost > told)
      fail('budget', `${name} may cost $${usdOf(mayCost)} with those before it, told is $${usdOf(told)}`);
    const ofRun = this.#askedByRun.get(runId) ?? new Map<string, number>();
    this.#askedByRun.set(runId, ofRun);
    ofRun.set(dispatchId, Math.max(before + maxResults, ofRun.get(dispatchId) ?? 0));
    this.#runHolds(runId);
    for (const day of new Set(steps.map((step) => step.planned_at.slice(0, 10)))) this.#dayHolds(day);
  }

  /** X has returned accounts to a planner. */
  lookedUp(by: Invocation, found: Found[]): void {
    const { runId } = by.message.body as { runId: string };
    const inHand = (this.#lookUps.get(runId) ?? []).filter(({ by }) => by.instance.invocations.has(by));
    this.#lookUps.set(runId, [...inHand, { by, found }]);
    this.#runHolds(runId);
  }

  /**
   * What messages have recorded, and what planners have in hand besides: of those who died or gave up nobody knows. What
   * two deliveries of a message ask counts once.
   */
  #lookUpsOf(runId: string): number {
    const rows = [...this.#options.tables.plans.values()].flat();
    const paid = rows.filter((row) => row.run_id === runId && row.lookup_cost_usd > 0);
    const told = new Map(paid.map((row) => [`${row.message_id} ${row.dispatch_id}`, row]));
    const inHand = (this.#lookUps.get(runId) ?? []).filter(({ by }) => by.instance.invocations.has(by));
    const untold = new Map<string, number>();
    for (const [{ message }, its] of Map.groupBy(inHand, ({ by }) => by)) {
      const ofMessage = [...told.values()].filter((row) => row.message_id === message.id);
      // What X was asked again, since its answer was lost, counts once too.
      const found = new Map(its.flatMap((one) => one.found).map((of) => [`${of.by} ${of.username}`, of]));
      untold.set(message.id, Math.max(untoldOf([...found.values()], ofMessage), untold.get(message.id) ?? 0));
    }
    return told.size + sum([...untold.values()]);
  }

  #runHolds(runId: string): void {
    const { caps, friendUsd, userUsd } = this.#options;
    const friends = [...(this.#askedByRun.get(runId) ?? new Map<string, number>()).values()];
    const micros = sum(friends) * microsOf(friendUsd) + this.#lookUpsOf(runId) * microsOf(userUsd);
    this.#holds(`run ${runId}`, micros, caps.ofRunUsd(runId));
  }

  /** What is bought of a dispatch counts on the days on which it was committed, the earliest first. */
  #dayHolds(day: string): void {
    const { tables, caps, friendUsd } = this.#options;
    if (caps.ofDayUsd === null) return;
    let friends = 0;
    for (const asked of [...this.#askedByRun.values()].flatMap((ofRun) => [...ofRun])) {
      const [dispatchId, most] = asked;
      let committed = 0;
      for (const { planned_at, max_friends } of this.#stepsOf(dispatchId)) {
        const upTo = Math.min(most, max_friends ?? 0);
        if (planned_at.startsWith(day)) friends += Math.max(0, upTo - committed);
        committed = Math.max(committed, upTo);
      }
    }
    const ofDay = [...tables.plans.values()].flat().filter(({ planned_at }) => planned_at.startsWith(day));
    const lookUps = sum(ofDay.map((row) => microsOf(row.lookup_cost_usd)));
    this.#holds(`day ${day}`, friends * microsOf(friendUsd) + lookUps, caps.ofDayUsd);
  }

  #holds(what: string, micros: number, capUsd: number | null): void {
    if (capUsd === null || micros <= microsOf(capUsd)) return;
    this.#options.fail('budget', `${what}: X is asked for $${usdOf(micros)}, the cap is $${capUsd}`);
  }

  /** Its first planning and each time that more was committed, in the order of what may be bought by then. */
  #stepsOf(dispatchId: string): DispatchRow[] {
    return (this.#options.tables.plans.get(dispatchId) ?? [])
      .filter(({ status, republished }) => status === 'dispatched' && !republished)
      .sort((a, b) => (a.max_friends ?? 0) - (b.max_friends ?? 0));
  }
}

/** In millionths of a dollar, for pages: each step counts once. */
function toldBy(steps: DispatchRow[]): number {
  const byStep = Map.groupBy(steps, (step) => step.after_page);
  const pagesOf = (row: DispatchRow) => microsOf(row.committed_cost_usd ?? 0) - microsOf(row.lookup_cost_usd);
  return sum([...byStep.values()].map((rows) => Math.max(...rows.map(pagesOf))));
}

const maxOf = (rows: DispatchRow[], column: 'max_friends' | 'total_pages') =>
  Math.max(0, ...rows.map((row) => row[column] ?? 0));

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

/** How many look-ups no row tells of; a planner may have asked about one account under two names. */
function untoldOf(found: Found[], rows: DispatchRow[]): number {
  const left = [...rows];
  return found.filter(({ id, username }) => {
    const isOf = (row: DispatchRow) =>
      row.parent_id === id || row.dispatch_id === dispatchIdOf(row.run_id, username);
    const at = left.findIndex(isOf);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  }).length;
}
