import { headOf } from '../../../shared/check/next-page.ts';
import { isBrokenForMany, orderHealth } from '../../../shared/check/order-health.ts';
import type { CheckPlan } from '../../../shared/check/plan.ts';
import type { Base } from '../../../shared/plan/reading.ts';
import { DAY_MS, MINUTE_MS } from '../../../shared/times.ts';
import type { OrderColumns, PageRow } from '../../../shared/warehouse/completed-scrapes.ts';
import type { DispatchRow } from '../../../shared/warehouse/dispatches.ts';
import { endsList } from '../../model/chain.ts';
import type { Tables } from '../tables.ts';
import { ordersOf } from '../warehouse/ended-reads.ts';
import type { Fail } from './fail.ts';
import { checkIn, isEnd } from './verdicts.ts';

interface Options {
  tables: Tables;
  /** By run. */
  keyframeDays: ReadonlyMap<string, number>;
  note: (what: string) => void;
  fail: Fail;
}

/** What was to be seen so long before a plan is made is known to who makes it, whosever clock is off. */
const SETTLED_MS = 15 * MINUTE_MS;
const JOB_WINDOW_MS = 30 * DAY_MS;

/** Whether a list may be checked, on what that rests, and how much it may buy: what the planner decides. */
export class ReadingCheck {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  planned(row: DispatchRow): void {
    if (row.status !== 'dispatched' || row.republished || row.after_page !== null) return;
    const { modeReason, check, base } = checkIn(row);
    this.#options.note(`planned ${check ? 'check' : 'full'}: ${modeReason ?? 'as asked'}`);
    if (check && base) {
      this.#restsOnWhatWasOver(row, check);
      this.#fullReadIsYoung(row, base);
      this.#takesOver(row, check);
      this.#isBounded(row, check);
      this.#mayBeChecked(row);
    }
    if (modeReason === 'order_broken' && !this.#ordersOf(row, Number.POSITIVE_INFINITY).some(isOff))
      this.#wrong('order', row, 'is read in full, though nobody was out of place');
    if (modeReason === 'checks_stopped' && !this.#isStopped(row, Number.POSITIVE_INFINITY))
      this.#wrong('order', row, 'is read in full for the sake of other lists, which are in order');
  }

  /** A base is over before the run: a whole list, or a check that met the list as it was known. */
  #restsOnWhatWasOver(row: DispatchRow, { baseDispatchId }: CheckPlan): void {
    const ends = this.#endsOf(row, baseDispatchId);
    const isBase = ({ completed_at, mode_reason, check, ...page }: PageRow) =>
      completed_at <= row.dispatched_at &&
      mode_reason !== 'count_collapsed' &&
      (page.next_token === null || (check?.frontier_id ?? null) !== null);
    if (!ends.some(isBase)) this.#wrong('base', row, `rests on ${baseDispatchId}, which is no base for it`);
  }

  /** The full read that it rests on is where its plan says, and no older than the run allows. */
  #fullReadIsYoung(row: DispatchRow, { dispatchId, fullReadAt }: Base): void {
    const ageMs = Date.parse(row.dispatched_at) - Date.parse(fullReadAt);
    const days = this.#options.keyframeDays.get(row.run_id) ?? 30;
    if (ageMs >= days * DAY_MS)
      this.#wrong('keyframe', row, `rests on a list that was read ${ageMs / DAY_MS} days ago, of ${days}`);
    if (!this.#fullReadsUnder(row, dispatchId).includes(fullReadAt))
      this.#wrong('keyframe', row, `says that its list was read in full at ${fullReadAt}`);
  }

  /** What its base left open stands: only a whole list settles it. */
  #takesOver(row: DispatchRow, { baseDispatchId, carried }: CheckPlan): void {
    const ends = this.#endsOf(row, baseDispatchId);
    // Of several ends it is one, and which one is not to be told.
    if (new Set(ends.map(({ fetch_id }) => fetch_id)).size !== 1) return;
    const { fewer, more } = ends[0]?.check ?? { fewer: 0, more: 0 };
    if (carried.more !== more || carried.fewer < fewer)
      this.#wrong('accounts', row, `begins with ${JSON.stringify(carried)}, of ${fewer} fewer, ${more} more`);
  }

  /** A count that may lag, or is not to be believed, brings no search. */
  #isBounded(row: DispatchRow, { count, baseCount, carried, depth, maxFriends }: CheckPlan): void {
    const delta = count - baseCount;
    const mayLag = delta >= 0 && carried.fewer <= carried.unfound;
    const most = headOf(count) + 3 * Math.max(0, delta) + 20;
    if (mayLag && (depth === 'search' || maxFriends > most))
      this.#wrong('budget', row, `may buy ${maxFriends} friends for a count that may lag`);
    if (baseCount >= 20 && count < baseCount / 2 && (depth !== 'collapsed' || maxFriends > headOf(count)))
      this.#wrong('budget', row, `may buy ${maxFriends} friends for a count of ${count} after ${baseCount}`);
    if (row.max_friends !== maxFriends) this.#wrong('budget', row, `commits ${row.max_friends}`);
  }

  /** By what was to be seen in good time, the order of its list holds, and that of most lists of its job. */
  #mayBeChecked(row: DispatchRow): void {
    const untilMs = Date.parse(row.planned_at) - SETTLED_MS;
    const counts = this.#ordersOf(row, untilMs).map((order) => ({
      ...{ compared: order.compared, displaced: order.displaced },
      ...{ newOnTop: order.new_on_top, newBelow: order.new_below },
    }));
    if (orderHealth(counts) === 'broken')
      this.#wrong(
        'order',
        row,
        `is checked, though the order of its list is broken: ${JSON.stringify(counts)}`,
      );
    if (this.#isStopped(row, untilMs))
      this.#wrong('order', row, 'is checked, though the order of many lists of its job is broken');
  }

  #ordersOf({ parent_id, dispatched_at }: DispatchRow, seenMs: number): OrderColumns[] {
    const rows = this.#pagesOf(parent_id).filter(
      (page) => page.completed_at <= dispatched_at && this.#options.tables.isSeen(page, seenMs),
    );
    return ordersOf(rows) as unknown as OrderColumns[];
  }

  #isStopped({ job, dispatched_at }: DispatchRow, seenMs: number): boolean {
    const { tables } = this.#options;
    const sinceMs = Date.parse(dispatched_at) - JOB_WINDOW_MS;
    const planned = [...tables.plans.values()]
      .flat()
      .filter((other) => other.job === job && other.status === 'dispatched' && tables.isSeen(other, seenMs))
      .filter(({ planned_at }) => planned_at < dispatched_at && Date.parse(planned_at) >= sinceMs);
    const parents = (rows: DispatchRow[]) => new Set(rows.map(({ parent_id }) => parent_id)).size;
    const broken = planned.filter(({ mode_reason }) => mode_reason === 'order_broken');
    return isBrokenForMany({ parents: parents(planned), broken: parents(broken) });
  }

  /** When the full reads were dispatched that a base rests on: one, but where a page has ended a check twice. */
  #fullReadsUnder(row: DispatchRow, dispatchId: string, below: string[] = []): string[] {
    if (below.includes(dispatchId)) return [];
    return this.#endsOf(row, dispatchId).flatMap((page) =>
      endsList(page)
        ? page.dispatched_at
        : this.#fullReadsUnder(row, page.check?.base_dispatch_id ?? '', [...below, dispatchId]),
    );
  }

  #endsOf({ parent_id }: DispatchRow, dispatchId: string): PageRow[] {
    return this.#pagesOf(parent_id).filter((page) => page.dispatch_id === dispatchId && isEnd(page));
  }

  #pagesOf(parentId: string | null): PageRow[] {
    return [...this.#options.tables.pages.values()].flat().filter(({ parent_id }) => parent_id === parentId);
  }

  #wrong(promise: string, { dispatch_id }: DispatchRow, what: string): void {
    this.#options.fail(promise, `the check ${dispatch_id} ${what}`);
  }
}

const isOff = ({ displaced, new_below }: OrderColumns): boolean => displaced > 0 || new_below > 0;
