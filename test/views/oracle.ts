import { changesOf } from './oracle-changes.ts';
import { byCompletion, dispatchOf, type IsForgotten, text } from './oracle-dispatch.ts';
import { progressOf } from './oracle-progress.ts';
import type { Row, Rows } from './rows.ts';

/**
 * What the views must show, worked out from the design's sentences with plain sets and loops: the oracle shares
 * nothing with the SQL. Rows come in any order and any number of times.
 */
export interface Expected {
  friends: Row[];
  current_friends: Row[];
  dispatch_progress: Row[];
  friend_changes: Row[];
}

export function expectedOf(rows: Rows, nowMs: number): Expected {
  const isForgotten = forgetting(rows.forgotten_accounts);
  const dispatches = [...Map.groupBy(unique(rows.completed_scrapes), (row) => text(row.dispatch_id)).values()]
    .filter(([row]) => !isForgotten(row?.parent_id, row?.parent_username))
    .map((pages) => dispatchOf(pages, isForgotten));
  const complete = dispatches.filter(({ isComplete }) => isComplete).sort(byCompletion);
  const newest = [...Map.groupBy(complete, ({ parentId }) => parentId).values()].map((ofParent) =>
    ofParent.at(-1),
  );
  return {
    friends: dispatches.flatMap(({ friends }) => friends),
    current_friends: newest.flatMap((dispatch) => dispatch?.friends ?? []),
    dispatch_progress: progressOf(unique(rows.dispatches), dispatches, isForgotten, nowMs),
    friend_changes: changesOf(complete, unique(rows.account_metadata)),
  };
}

function forgetting(rows: Row[]): IsForgotten {
  const ids = new Set(rows.map((row) => row.id).filter((id) => id !== null));
  const names = new Set(rows.map((row) => row.username).filter((name) => name !== null));
  return (id, username) => ids.has(text(id)) || names.has(text(username).toLowerCase());
}

/** A row that is stored several times is one row. */
function unique(rows: Row[]): Row[] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}
