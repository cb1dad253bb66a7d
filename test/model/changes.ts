import type { Chain } from './chain.ts';
import { compare } from './chain.ts';

/** What X said of an account that is not listed any more. */
export interface Observation {
  id: string;
  status: string;
  at: string;
}

/** `friend_changes` (R25). `complete`: the complete lists of all parents, in the order of their completion. */
export function changesOf(complete: Chain[], observations: Observation[]) {
  return [...Map.groupBy(complete, ({ head }) => head.parent_id).values()].flatMap((ofParent) =>
    changesOfParent(ofParent.filter(standsAlone).map(listOf), observations),
  );
}

/** Of two lists that were read at the same time neither is the older one. */
const standsAlone = ({ first }: Chain, index: number, all: Chain[]): boolean =>
  all.slice(0, index).every((other) => other.last < first);

type Listed = Map<string, Chain['friends'][number]>;
type List = { chain: Chain; listed: Listed };

const listOf = (chain: Chain): List => ({
  chain,
  listed: new Map(chain.friends.map((friend) => [friend.id, friend])),
});

function changesOfParent(lists: List[], observations: Observation[]) {
  return lists.slice(1).flatMap((list, at) => {
    const index = at + 1;
    const before = lists[at] as List;
    const change = (friend: Chain['friends'][number]) => ({
      ...between(before.chain, list.chain),
      friend_id: friend.id,
      friend_username: friend.username,
      status_of_friend: null as string | null,
      status_observed_at: null as string | null,
    });
    const came = [...list.listed.values()].filter(({ id }) => !before.listed.has(id));
    const went = [...before.listed.values()].filter(({ id }) => !list.listed.has(id));
    return [
      ...came.map((friend) => {
        const absent = listsWithout(friend.id, lists.slice(0, index).reverse());
        return absent === index
          ? { ...change(friend), change: 'followed', absent_dispatches: null }
          : { ...change(friend), change: 'reappeared', absent_dispatches: absent };
      }),
      ...went.map((friend) => {
        const absent = listsWithout(friend.id, lists.slice(index));
        const until = lists[index + absent]?.chain.first ?? '9999';
        const seen = observations
          .filter(({ id, at }) => id === friend.id && at > list.chain.last && at < until)
          .sort((a, b) => compare(a.at, b.at) || compare(a.status, b.status))[0];
        return {
          ...change(friend),
          status_of_friend: seen?.status ?? 'unknown',
          status_observed_at: seen?.at ?? null,
          change: 'no_longer_listed',
          absent_dispatches: absent,
        };
      }),
    ];
  });
}

function between({ head: before, first }: Chain, { head, last }: Chain) {
  const { parent_id, parent_username, dispatch_id, run_id, dispatched_at } = head;
  return {
    ...{ parent_id, parent_username, dispatch_id, run_id, dispatched_at },
    previous_dispatch_id: before.dispatch_id,
    not_before: first,
    not_after: last,
  };
}

/** How many of the lists from the first one on do not have the friend, up to one that does. */
function listsWithout(friendId: string, lists: List[]): number {
  const having = lists.findIndex(({ listed }) => listed.has(friendId));
  return having === -1 ? lists.length : having;
}
