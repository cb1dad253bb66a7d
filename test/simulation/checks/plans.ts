import { dispatchIdOf } from '../../../shared/ids.ts';
import type { DispatchRow } from '../../../shared/warehouse/dispatches.ts';
import { shownPlan } from '../../model/progress.ts';
import type { Invocation, PageAsked } from '../instance.ts';
import type { Tables } from '../tables.ts';
import type { Fail } from './fail.ts';

/** A recorded plan never changes, and nobody asks X about a parent that has one. */
export class PlanCheck {
  /** Dispatches of which a planning was stored without anybody being told: they may be planned twice. */
  readonly #unknown = new Set<string>();
  /** Dispatches of which pages were published. */
  readonly #published = new Set<string>();
  readonly #tables: Tables;
  readonly #fail: Fail;

  constructor(tables: Tables, fail: Fail) {
    this.#tables = tables;
    this.#fail = fail;
  }

  landing(row: DispatchRow, before: DispatchRow[], wasKnown: boolean): void {
    if (row.dispatch_id !== dispatchIdOf(row.run_id, row.parent_username))
      this.#fail('one id', `${row.parent_username} of run ${row.run_id} is recorded as ${row.dispatch_id}`);
    if (!wasKnown) this.#unknown.add(row.dispatch_id);
    if (row.status !== 'dispatched') return;
    if (row.after_page !== null) {
      this.#addsOnce(row, before);
      return;
    }
    const [was, is] = [planOf(before), planOf([...before, row])];
    if (!was || !is || saysOf(was) === saysOf(is)) return;
    if (!this.#unknown.has(row.dispatch_id) || this.#published.has(row.dispatch_id))
      this.#fail('one plan', `the plan of ${row.dispatch_id} was ${saysOf(was)}, and now is ${saysOf(is)}`);
  }

  /** More is committed after a page once, whoever asks for it and however often. */
  #addsOnce(row: DispatchRow, before: DispatchRow[]): void {
    const isDouble = before.some((one) => one.status === 'dispatched' && one.after_page === row.after_page);
    if (isDouble && !this.#unknown.has(row.dispatch_id))
      this.#fail(
        'one plan',
        `more is committed to ${row.dispatch_id} after page ${row.after_page} once more`,
      );
  }

  /** A page is published: it must be as the plan that everybody finds says. */
  publishing({ dispatchId, totalPages, pageSize, maxFriends, dispatchedAt, parent }: PageAsked): void {
    this.#published.add(dispatchId);
    const plan = planOf(this.#tables.plans.get(dispatchId) ?? []);
    const isAsPlanned =
      plan?.total_pages === totalPages &&
      plan.max_friends === maxFriends &&
      plan.page_size === pageSize &&
      plan.parent_id === parent.id &&
      Date.parse(plan.dispatched_at) === Date.parse(dispatchedAt);
    if (!isAsPlanned)
      this.#fail(
        'plan first',
        `${dispatchId} is published otherwise than ${plan ? saysOf(plan) : 'no plan'}`,
      );
  }

  /** Accounts that a planner asks X about: by their ids, or by usernames in lower case. */
  lookingUp(invocation: Invocation, accounts: string[]): void {
    const { runId } = invocation.message.body as { runId: string };
    const planned = [...this.#tables.plans.values()].flat().filter((plan) => plan.run_id === runId);
    for (const { dispatch_id, parent_username, parent_id, status } of planned) {
      const isAsked = [parent_id, parent_username.toLowerCase()].some((each) =>
        accounts.includes(each ?? ''),
      );
      // Neither is final; and a plan that landed unknown to its planner may have done so after the question was asked.
      const mayBe = status === 'over_budget' || status === 'unknown' || this.#unknown.has(dispatch_id);
      if (isAsked && !mayBe)
        this.#fail('one plan', `X is asked about ${parent_username} of run ${runId}, which has a plan`);
    }
  }
}

/** The plan that the next planner finds: the newest first planning, where it was dispatched, and what was added. */
function planOf(rows: DispatchRow[]): DispatchRow | undefined {
  const newest = shownPlan(rows);
  if (newest?.status !== 'dispatched') return undefined;
  const all = [newest, ...rows.filter((row) => row.after_page !== null && row.status === 'dispatched')];
  const most = (column: 'total_pages' | 'max_friends') => Math.max(...all.map((row) => row[column] ?? 0));
  return { ...newest, total_pages: most('total_pages'), max_friends: most('max_friends') };
}

const saysOf = (plan: DispatchRow) =>
  `${plan.total_pages} pages of ${plan.page_size}, ${plan.max_friends} friends of ${plan.parent_id}, dispatched ${plan.dispatched_at}`;
