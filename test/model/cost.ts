import type { PageRow } from '../../shared/warehouse/completed-scrapes.ts';
import type { DispatchRow } from '../../shared/warehouse/dispatches.ts';
import type { Row } from '../views/rows.ts';

const cents = (usd: number | null): number => Math.round((usd ?? 0) * 100);

export const centsOf = <C extends string>(rows: Record<C, number>[], column: C): number =>
  rows.reduce((sum, row) => sum + cents(row[column]), 0);

/** Of before there was a bound, what was expected is what the budgets counted. */
const committedOf = ({ committed_cost_usd, planned_cost_usd }: DispatchRow) =>
  committed_cost_usd ?? planned_cost_usd;

/**
 * What a dispatch is expected to cost, and costs at most: its plan, what was committed to that later (each time once), and
 * the look-ups of all its plannings.
 */
export function plannedUsd(plan: DispatchRow, more: DispatchRow[], plannings: DispatchRow[]) {
  const isFirst = plan.after_page === null;
  const lookUps = centsOf(plannings, 'lookup_cost_usd');
  const sum = (usdOf: (row: DispatchRow) => number | null, counts: boolean): number =>
    (counts ? cents(usdOf(plan)) - cents(plan.lookup_cost_usd) : 0) +
    more.reduce((total, row) => total + cents(usdOf(row)), lookUps);
  return {
    planned_cost_usd:
      isFirst && plan.planned_cost_usd === null ? null : sum((row) => row.planned_cost_usd, isFirst) / 100,
    committed_cost_usd: sum(committedOf, isFirst && plan.status === 'dispatched') / 100,
  };
}

const dayOf = (time: string): string => time.slice(0, 10);

/**
 * `daily_cost` (R20). A dispatch counts once a day with the largest of its plannings, and once more for each time that
 * more was committed to it; a look-up counts with each message that asked for it. All rows are there once.
 */
export function dailyCost(plans: DispatchRow[], pages: PageRow[], lookUps: Row[]): Row[] {
  const none = { expected: 0, atMost: 0, spent: 0, pages: 0, friends: 0, lookUps: 0 };
  const days = new Map<string, typeof none>();
  const add = (time: string, job: string, what: Partial<typeof none>) => {
    const key = JSON.stringify([dayOf(time), job]);
    const sums = days.get(key) ?? { ...none };
    for (const [name, amount] of Object.entries(what)) sums[name as keyof typeof none] += amount;
    days.set(key, sums);
  };
  const steps = Map.groupBy(plans, (plan) => {
    const step = plan.after_page === null ? 'plan' : plan.max_friends;
    return [dayOf(plan.planned_at), plan.job, plan.run_id, plan.dispatch_id, step].join();
  });
  for (const rows of steps.values()) {
    const [{ planned_at, job }] = rows as [DispatchRow];
    const most = (usdOf: (row: DispatchRow) => number | null) =>
      rows
        .filter(({ status }) => status === 'dispatched')
        .reduce((largest, row) => Math.max(largest, cents(usdOf(row)) - cents(row.lookup_cost_usd)), 0);
    add(planned_at, job, { expected: most((row) => row.planned_cost_usd), atMost: most(committedOf) });
  }
  const asked = Map.groupBy(plans, (plan) =>
    [dayOf(plan.planned_at), plan.job, plan.run_id, plan.dispatch_id, plan.message_id].join(),
  );
  for (const rows of asked.values()) {
    const [{ planned_at, job }] = rows as [DispatchRow];
    const lookUp = Math.max(...rows.map((row) => cents(row.lookup_cost_usd)));
    add(planned_at, job, { expected: lookUp, atMost: lookUp });
  }
  const fetches = new Map(
    pages
      .filter(({ origin }) => origin !== 'import')
      .map((page) => [`${page.dispatched_at} ${page.dispatch_id} ${page.fetch_id}`, page]),
  );
  for (const { completed_at, job, cost_usd, friend_count } of fetches.values())
    add(completed_at, job, { spent: cents(cost_usd), pages: 1, friends: friend_count });
  for (const { observed_at, job, cost_usd } of lookUps)
    add(String(observed_at), String(job), { spent: cents(Number(cost_usd)), lookUps: 1 });
  return [...days].map(([key, sums]) => {
    const [day, job] = JSON.parse(key) as [string, string];
    return {
      ...{ day, job, planned_cost_usd: sums.expected / 100, committed_cost_usd: sums.atMost / 100 },
      cost_usd: sums.spent / 100,
      ...{ pages: sums.pages, friends: sums.friends, look_ups: sums.lookUps },
    };
  });
}
