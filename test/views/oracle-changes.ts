import { compare, type Dispatch } from './oracle-dispatch.ts';
import type { Row } from './rows.ts';

/** `complete`: the complete dispatches of all parents, in the order of their completion. */
export function changesOf(complete: Dispatch[], observations: Row[]): Row[] {
  return [...Map.groupBy(complete, ({ parentId }) => parentId).values()].flatMap((ofParent) => {
    const compared = ofParent.filter((dispatch, index) =>
      ofParent.slice(0, index).every((other) => other.last < dispatch.first),
    );
    return changesOfParent(compared, observations);
  });
}

function changesOfParent(dispatches: Dispatch[], observations: Row[]): Row[] {
  const changes: Row[] = [];
  const known = new Set<string>();
  let listed = new Map<string, Row>();
  dispatches.forEach((dispatch, index) => {
    const now = new Map(dispatch.friends.map((friend) => [String(friend.friend_id), friend]));
    const previous = dispatches[index - 1];
    const base = previous && baseOf(dispatch, previous);
    for (const [id, friend] of base ? now : []) {
      if (listed.has(id)) continue;
      const absent = known.has(id) ? dispatchesWithout(id, dispatches.slice(0, index).reverse()) : null;
      changes.push({
        ...base,
        ...named(friend),
        change: known.has(id) ? 'reappeared' : 'followed',
        absent_dispatches: absent,
      });
    }
    for (const [id, friend] of listed) {
      if (now.has(id)) continue;
      const absent = dispatchesWithout(id, dispatches.slice(index));
      const until = dispatches[index + absent]?.first ?? '9999';
      const seen = statusOf(id, observations, dispatch.last, until);
      changes.push({
        ...base,
        ...named(friend),
        ...seen,
        change: 'no_longer_listed',
        absent_dispatches: absent,
      });
    }
    for (const id of now.keys()) known.add(id);
    listed = now;
  });
  return changes;
}

function baseOf(dispatch: Dispatch, previous: Dispatch): Row {
  return {
    parent_id: dispatch.parentId,
    parent_username: dispatch.parentUsername,
    status_of_friend: null,
    status_observed_at: null,
    previous_dispatch_id: previous.id,
    dispatch_id: dispatch.id,
    not_before: previous.first,
    not_after: dispatch.last,
    run_id: dispatch.run,
    dispatched_at: dispatch.dispatchedAt,
  };
}

const named = ({ friend_id, friend_username }: Row): Row => ({ friend_id, friend_username }) as Row;

/** How many of the dispatches from the first one on do not list the friend, up to one that does. */
function dispatchesWithout(friendId: string, dispatches: Dispatch[]): number {
  const listing = dispatches.findIndex(({ friends }) =>
    friends.some((friend) => friend.friend_id === friendId),
  );
  return listing === -1 ? dispatches.length : listing;
}

function statusOf(friendId: string, observations: Row[], after: string, before: string): Row {
  const fitting = observations
    .map((row) => ({
      at: String(row.observed_at),
      id: row.id ?? row.requested_id,
      status: String(row.status),
    }))
    .filter(({ id, at }) => id === friendId && at > after && at < before)
    .map((seen) => ({ ...seen, status: seen.status === 'protected' ? 'active' : seen.status }))
    .sort((a, b) => compare(a.at, b.at) || compare(a.status, b.status));
  return { status_of_friend: fitting[0]?.status ?? 'unknown', status_observed_at: fitting[0]?.at ?? null };
}
