import type { LookedUpRole } from '../../../shared/messages/metadata-request.ts';
import { metadataOfDispatchSql } from '../../../shared/warehouse/account-metadata.ts';
import type { Row } from '../../../shared/warehouse/client.ts';
import { pagesOfDispatchesSql, pagesOfDispatchSql } from '../../../shared/warehouse/completed-scrapes.ts';
import { committedSql, plannedAccountsSql, plannedSql } from '../../../shared/warehouse/dispatches.ts';
import { quotedDataset } from '../../../shared/warehouse/query.ts';
import { stopsSql } from '../../../shared/warehouse/stops.ts';
import { millis } from '../../../shared/warehouse/timestamps.ts';
import type { Simulation } from '../simulation.ts';
import { ANSWERS_OF_ANNOUNCEMENTS } from './questions-of-announcements.ts';
import { ANSWERS_OF_CHECKS, type Answer, at, isBetween } from './questions-of-checks.ts';

export const DATASET = 'd';

const byUsername = (username: unknown) => ({ by: 'username' as const, value: String(username) });

/** What is asked by each of our queries, as the client returns it. */
const ANSWERS = new Map<string, Answer>([
  ...ANSWERS_OF_CHECKS(quotedDataset(DATASET)),
  ...ANSWERS_OF_ANNOUNCEMENTS(quotedDataset(DATASET)),
  [
    stopsSql(quotedDataset(DATASET)),
    ({ tables }) => {
      const newest = new Map(tables.stops.map((stop) => [stop.run_id, stop]));
      return [...newest.values()].map((stop) => ({ ...stop, said_at: at(stop.said_at) }));
    },
  ],
  [
    pagesOfDispatchSql(quotedDataset(DATASET)),
    ({ tables, time }, { day, parent_id, dispatch_id }) =>
      tables
        .pageRowsOf(keyOf(day, parent_id, dispatch_id), time.now())
        .map((row) => ({ ...row, completed_at: at(row.completed_at) })),
  ],
  [
    pagesOfDispatchesSql(quotedDataset(DATASET)),
    ({ tables, time }, { day, next_day, parent_ids, dispatch_ids }) =>
      tables
        .pageRowsOfAll(dispatch_ids as string[], time.now())
        .filter((row) => (parent_ids as string[]).includes(row.parent_id))
        .filter(({ dispatched_at }) => isBetween(dispatched_at, day, next_day))
        .map((row) => ({ ...row, check_ended_by: row.check?.ended_by ?? null })),
  ],
  [
    plannedSql(quotedDataset(DATASET)),
    ({ tables }, { run_id, dispatch_ids, since }) =>
      tables
        .planRowsOf(run_id as string, dispatch_ids as string[], millis(since))
        .map((row) => ({ ...row, dispatched_at: at(row.dispatched_at), planned_at: at(row.planned_at) })),
  ],
  [
    plannedAccountsSql(quotedDataset(DATASET)),
    ({ tables }, { run_id, parent_ids, since }) =>
      tables
        .accountsOf(run_id as string, parent_ids as string[], millis(since))
        .map(({ dispatchId, id, username }) => ({
          ...{ dispatch_id: dispatchId, parent_id: id, parent_username: username },
        })),
  ],
  [
    committedSql(quotedDataset(DATASET)),
    ({ tables }, { run_id, since, day }) => {
      const { runUsd, dayUsd, runPages } = tables.committed(run_id as string, millis(since), millis(day));
      const rows_counted = tables.counted(run_id as string, millis(since), millis(day));
      return [{ rows_counted, run_usd: String(runUsd), day_usd: String(dayUsd), run_pages: runPages }];
    },
  ],
  [
    metadataOfDispatchSql(quotedDataset(DATASET)),
    ({ tables, time }, { day, dispatch_id, role, id, username }) => {
      const key = {
        ...{ dispatchId: String(dispatch_id), dispatchedAtMs: millis(day), role: role as LookedUpRole },
        ...(id === null ? byUsername(username) : { by: 'id' as const, value: String(id) }),
      };
      return tables.isObserved(key, time.now()) ? [{ observed: 1 }] : [];
    },
  ],
]);

/** Throws where no query of ours asks so. */
export function answerTo(sim: Simulation, query: string, params: Row): Row[] {
  const answer = ANSWERS.get(query);
  if (!answer) throw new Error(`the simulation does not know the query ${query}`);
  return answer(sim, params);
}

const keyOf = (day: unknown, parentId: unknown, dispatchId: unknown) => ({
  dispatchedAtMs: millis(day),
  parentId: String(parentId),
  dispatchId: String(dispatchId),
});
