import type { Row } from '../views/rows.ts';
import { compare } from './chain.ts';

/** `parent_freshness`, but for the age of the list. `progress`: the rows of `dispatch_progress`. */
export function freshnessOf(progress: Row[]): Row[] {
  const attempts = progress.filter(({ status }) => status !== 'duplicate').sort(byTime);
  const nameOf = ({ parent_username }: Row) => String(parent_username).toLowerCase();
  const idOf = (row: Row): string | null => {
    const others = attempts.filter((other) => other.parent_id !== null && nameOf(other) === nameOf(row));
    const newest = others.filter(({ dispatched_at }) => dispatched_at === others.at(-1)?.dispatched_at);
    const ids = newest.map(({ parent_id }) => String(parent_id)).sort();
    return row.parent_id === null ? (ids[0] ?? null) : String(row.parent_id);
  };
  const parents = Map.groupBy(attempts, (row) => idOf(row) ?? `@${nameOf(row)}`);
  return [...parents.values()].map((ofParent) => {
    const last = ofParent.at(-1) as Row;
    const inState = (...states: string[]) =>
      ofParent
        .filter(({ state }) => states.includes(String(state)))
        .sort((a, b) => compare(endOf(a), endOf(b)) || compare(`${a.dispatch_id}`, `${b.dispatch_id}`));
    const full = inState('complete').at(-1);
    const known = inState('complete', 'checked', 'open').at(-1);
    return {
      ...{ parent_id: idOf(last), parent_username: last.parent_username ?? null },
      full_read_at: full?.last_completed_at ?? null,
      friends_listed: full?.friends_listed ?? null,
      full_read_dispatch_id: full?.dispatch_id ?? null,
      known_at: known?.last_completed_at ?? null,
      ...{ last_attempt_at: last.dispatched_at ?? null, last_dispatch_id: last.dispatch_id ?? null },
      ...{ last_state: last.state ?? null, last_reason: last.reason ?? null },
      ...{ last_job: last.job ?? null, last_run_id: last.run_id ?? null },
      attempts_since: ofParent.filter(
        ({ dispatched_at }) => !full || compare(`${dispatched_at}`, `${full.dispatched_at}`) > 0,
      ).length,
    };
  });
}

const endOf = ({ last_completed_at }: Row): string => String(last_completed_at);

const byTime = (a: Row, b: Row): number =>
  compare(`${a.dispatched_at}`, `${b.dispatched_at}`) || compare(`${a.dispatch_id}`, `${b.dispatch_id}`);
