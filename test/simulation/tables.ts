import { storedPageOf } from '../../functions/getpage/page-row.ts';
import type { StoredPage } from '../../shared/plan/chain.ts';
import { type Planning, planningOf } from '../../shared/plan/planning.ts';
import { DAY_MS, dayOf } from '../../shared/times.ts';
import type { MetadataKey, MetadataRow } from '../../shared/warehouse/account-metadata.ts';
import type { DispatchKey, PageRow } from '../../shared/warehouse/completed-scrapes.ts';
import type { Committed, DispatchRow, PlannedAccount } from '../../shared/warehouse/dispatches.ts';
import type { RejectedRow } from '../../shared/warehouse/rejected-messages.ts';
import { usdOf } from '../../shared/x/prices.ts';
import { ofDay, ofRun } from './planned-sums.ts';

/** `accountId`: whoever it names; known since then. */
export interface ForgottenRow {
  id: string | null;
  username: string | null;
  accountId: string;
  sinceMs: number;
}

/** A row of `stops`. */
export interface StopRow {
  run_id: string | null;
  is_stopped: boolean;
  said_at: string;
  reason: string | null;
}

/**
 * The rows that BigQuery holds, and the answers to the questions of shared/warehouse, as their SQL has them. A row that
 * was streamed may be stored for a while before a query sees it.
 */
export class Tables {
  readonly pages = new Map<string, PageRow[]>();
  readonly plans = new Map<string, DispatchRow[]>();
  readonly metadata: MetadataRow[] = [];
  readonly rejected: RejectedRow[] = [];
  /** Dispatch ids that runs were asked for. */
  readonly requested = new Set<string>();
  /** In the order in which they were said. */
  readonly stops: StopRow[] = [];
  readonly forgotten: ForgottenRow[] = [];
  /** From when on queries see a row. */
  readonly #seenFromMs = new Map<object, number>();

  addPage(row: PageRow, seenFromMs = 0): void {
    listOf(this.pages, row.dispatch_id).push(row);
    this.#seenFrom(row, seenFromMs);
  }

  addPlan(row: DispatchRow, seenFromMs = 0): void {
    listOf(this.plans, row.dispatch_id).push(row);
    this.#seenFrom(row, seenFromMs);
  }

  /** `insertRequestedSql`: returns how many are new. */
  addRequested(dispatchIds: string[]): number {
    const before = this.requested.size;
    for (const id of dispatchIds) this.requested.add(id);
    return this.requested.size - before;
  }

  addMetadata(row: MetadataRow, seenFromMs = 0): void {
    this.metadata.push(row);
    this.#seenFrom(row, seenFromMs);
  }

  /** `pagesOfDispatchSql` and `pagesOfDispatchesSql`. */
  pageRowsOf({ dispatchId, parentId, dispatchedAtMs }: DispatchKey, nowMs: number): PageRow[] {
    return (this.pages.get(dispatchId) ?? []).filter(
      (row) =>
        row.parent_id === parentId &&
        dayOf(Date.parse(row.dispatched_at)) === dayOf(dispatchedAtMs) &&
        this.isSeen(row, nowMs),
    );
  }

  pageRowsOfAll(dispatchIds: string[], nowMs: number): PageRow[] {
    return dispatchIds.flatMap((id) => (this.pages.get(id) ?? []).filter((row) => this.isSeen(row, nowMs)));
  }

  pagesOf(key: DispatchKey, nowMs = Number.POSITIVE_INFINITY): StoredPage[] {
    return this.pageRowsOf(key, nowMs).map(storedPageOf);
  }

  /** `plannedSql`. */
  planRowsOf(runId: string, dispatchIds: string[], sinceMs: number): DispatchRow[] {
    return dispatchIds
      .flatMap((id) => this.plans.get(id) ?? [])
      .filter((row) => row.run_id === runId && Date.parse(row.planned_at) >= sinceMs)
      .sort((a, b) => compare(a.planned_at, b.planned_at) || compare(a.message_id, b.message_id));
  }

  plannedOf(runId: string, dispatchIds: string[], sinceMs: number): Planning[] {
    return this.planRowsOf(runId, dispatchIds, sinceMs).map(planning);
  }

  /** `plannedAccountsSql`. */
  accountsOf(runId: string, ids: string[], sinceMs: number): PlannedAccount[] {
    const rows = [...this.plans.values()].flat().filter((row) => {
      const isOpen = row.status === 'dispatched' || row.status === 'over_budget';
      return isOpen && row.run_id === runId && Date.parse(row.planned_at) >= sinceMs;
    });
    return rows
      .filter(({ parent_id }) => parent_id !== null && ids.includes(parent_id))
      .map((row) => ({
        dispatchId: row.dispatch_id,
        id: row.parent_id ?? '',
        username: row.parent_username,
      }));
  }

  /** `committedSql`. */
  committed(runId: string, sinceMs: number, nowMs: number): Committed {
    let [run, day, runPages] = [0, 0, 0];
    for (const all of this.plans.values()) {
      const rows = all.filter((row) => Date.parse(row.planned_at) >= sinceMs);
      const sum = ofRun(rows.filter((row) => row.run_id === runId));
      run += sum.micros;
      runPages += sum.pages;
      day += ofDay(rows.filter((row) => Date.parse(row.planned_at) >= dayOf(nowMs))).micros;
    }
    return { runUsd: usdOf(run), dayUsd: usdOf(day), runPages };
  }

  /** How many rows `committedSql` sums. */
  counted(runId: string, sinceMs: number, dayMs: number): number {
    const isCounted = ({ run_id, planned_at }: DispatchRow) =>
      Date.parse(planned_at) >= sinceMs && (run_id === runId || Date.parse(planned_at) >= dayMs);
    return [...this.plans.values()].flat().filter(isCounted).length;
  }

  /** `metadataOfDispatchSql`. */
  isObserved({ dispatchId, dispatchedAtMs, role, by, value }: MetadataKey, nowMs = Number.POSITIVE_INFINITY) {
    return this.metadata.some(
      (row) =>
        row.dispatch_id === dispatchId &&
        row.role === role &&
        dayOf(Date.parse(row.dispatched_at)) === dayOf(dispatchedAtMs) &&
        (by === 'id' ? row.requested_id === value : row.requested_username === value) &&
        this.isSeen(row, nowMs),
    );
  }

  isSeen(row: object, nowMs: number): boolean {
    return (this.#seenFromMs.get(row) ?? 0) <= nowMs;
  }

  #seenFrom(row: object, seenFromMs: number): void {
    this.#seenFromMs.set(row, seenFromMs);
  }
}

/** As `sinceOf` in shared/warehouse/dispatches.ts. */
export const sinceOf = (dispatchedAtMs: number): number => dayOf(dispatchedAtMs) - 2 * DAY_MS;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function listOf<T>(map: Map<string, T[]>, key: string): T[] {
  const list = map.get(key) ?? [];
  map.set(key, list);
  return list;
}

const planning = (row: DispatchRow): Planning =>
  planningOf(row, {
    dispatchedAtMs: Date.parse(row.dispatched_at),
    plannedAtMs: Date.parse(row.planned_at),
  });
