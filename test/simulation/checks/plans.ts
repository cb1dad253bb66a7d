import { dispatchIdOf } from '../../../shared/ids.ts';
import type { DispatchStatus } from '../../../shared/plan/planning.ts';
import type { DispatchRow } from '../../../shared/warehouse/dispatches.ts';
import { shownPlan } from '../../model/progress.ts';
import type { Invocation, PageAsked } from '../instance.ts';
import type { Tables } from '../tables.ts';
import type { Fail } from './fail.ts';

/** Not final, or said of another parent. */
const NO_PLAN: DispatchStatus[] = ['over_budget', 'unknown', 'duplicate'];

/** A parent is planned once, its plan never changes, and nobody asks X about a parent that has one. */
export class PlanCheck {
  /** Dispatches of which a planning was stored when nobody waited for it any more. */
  readonly #late = new Set<string>();
  readonly #tables: Tables;
  readonly #fail: Fail;

  constructor(tables: Tables, fail: Fail) {
    this.#tables = tables;
    this.#fail = fail;
  }

  /** `isLate`: who decided it waited for it no more. */
  landing(row: DispatchRow, before: DispatchRow[], isLate: boolean): void {
    const { dispatch_id: id, after_page: afterPage } = row;
    if (id !== dispatchIdOf(row.run_id, row.parent_username))
      this.#fail('one id', `${row.parent_username} of run ${row.run_id} is recorded as ${id}`);
    if (isLate) this.#late.add(id);
    if (row.status !== 'dispatched' || row.republished) return;
    if (afterPage === null) this.#isNoOther(row);
    const planned = before.filter(({ status, republished }) => status === 'dispatched' && !republished);
    if (!planned.some((one) => one.after_page === afterPage)) return;
    const what = afterPage === null ? 'planned' : `given more after page ${afterPage}`;
    this.#fail('one plan', `${id} is ${what} twice`);
  }

  /** An account is planned once in a run, under whatever names it is there. */
  #isNoOther({ run_id, dispatch_id, parent_id, parent_username }: DispatchRow): void {
    const rows = [...this.#tables.plans.values()].flat().filter((row) => row.run_id === run_id);
    const other = rows.find(
      (row) => row.parent_id === parent_id && row.dispatch_id !== dispatch_id && row.status === 'dispatched',
    );
    if (other)
      this.#fail('one plan', `${parent_username} of run ${run_id} is planned as ${other.parent_username}`);
  }

  /** A page is published: it must be as the plan says that everybody finds, or as it said before more was added. */
  publishing({ dispatchId, totalPages, pageSize, maxFriends, dispatchedAt, parent }: PageAsked): void {
    const plans = plansOf(this.#tables.plans.get(dispatchId) ?? []);
    const isAsPlanned = plans.some(
      (plan) =>
        plan.total_pages === totalPages &&
        plan.max_friends === maxFriends &&
        plan.page_size === pageSize &&
        plan.parent_id === parent.id &&
        Date.parse(plan.dispatched_at) === Date.parse(dispatchedAt),
    );
    const said = plans.map(saysOf).join(', then ') || 'no plan';
    if (!isAsPlanned) this.#fail('plan first', `${dispatchId} is published otherwise than ${said}`);
  }

  /** Accounts that a planner asks X about: by their ids, or by usernames in lower case. */
  lookingUp(invocation: Invocation, accounts: string[]): void {
    const { runId } = invocation.message.body as { runId: string };
    const planned = [...this.#tables.plans.values()].flat().filter((plan) => plan.run_id === runId);
    for (const { dispatch_id, parent_username, parent_id, status } of planned) {
      // An account that cannot be read may be asked about once more under another name.
      const names = [parent_username.toLowerCase(), ...(status === 'dispatched' ? [parent_id ?? ''] : [])];
      const isAsked = names.some((name) => accounts.includes(name));
      // What has landed late may have done so after the question was asked.
      const mayBe = NO_PLAN.includes(status) || this.#late.has(dispatch_id);
      if (isAsked && !mayBe)
        this.#fail('one plan', `X is asked about ${parent_username} of run ${runId}, which has a plan`);
    }
  }
}

/** The newest first planning, where it was dispatched, and what came of it each time that more was added. */
function plansOf(rows: DispatchRow[]): DispatchRow[] {
  const newest = shownPlan(rows);
  if (newest?.status !== 'dispatched') return [];
  const more = rows.filter((row) => row.after_page !== null && row.status === 'dispatched');
  return [newest, ...more];
}

const saysOf = (plan: DispatchRow) =>
  `${plan.total_pages} pages of ${plan.page_size}, ${plan.max_friends} friends of ${plan.parent_id}, dispatched ${plan.dispatched_at}`;
