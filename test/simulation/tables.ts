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

/** The rows that BigQuery holds, and the answers to the questions of shared/warehouse, as their SQL has them. */
export class Tables {
  readonly pages = new Map<string, PageRow[]>();
  readonly plans = new Map<string, DispatchRow[]>();
  readonly metadata: MetadataRow[] = [];
  readonly rejected: RejectedRow[] = [];
  /** By id, jobs that insert plannings: false where one has come to nothing. */
  readonly jobs = new Map<string, boolean>();

  addPage(row: PageRow): void {
    listOf(this.pages, row.dispatch_id).push(row);
  }

  addPlan(row: DispatchRow): void {
    listOf(this.plans, row.dispatch_id).push(row);
  }

  /** `pagesOfDispatchSql` and `pagesOfDispatchesSql`. */
  pagesOf({ dispatchId, parentId, dispatchedAtMs }: DispatchKey): StoredPage[] {
    return (this.pages.get(dispatchId) ?? [])
      .filter(
        (row) => row.parent_id === parentId && dayOf(Date.parse(row.dispatched_at)) === dayOf(dispatchedAtMs),
      )
      .map(storedPageOf);
  }

  /** `plannedSql`. */
  plannedOf(runId: string, dispatchIds: string[], sinceMs: number): Planning[] {
    return dispatchIds
      .flatMap((id) => this.plans.get(id) ?? [])
      .filter((row) => row.run_id === runId && Date.parse(row.planned_at) >= sinceMs)
      .map(planning)
      .sort((a, b) => a.plannedAtMs - b.plannedAtMs || compare(a.messageId ?? '', b.messageId ?? ''));
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

  /** `metadataOfDispatchSql`. */
  isObserved({ dispatchId, dispatchedAtMs, role, by, value }: MetadataKey): boolean {
    return this.metadata.some(
      (row) =>
        row.dispatch_id === dispatchId &&
        row.role === role &&
        dayOf(Date.parse(row.dispatched_at)) === dayOf(dispatchedAtMs) &&
        (by === 'id' ? row.requested_id === value : row.requested_username === value),
    );
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
