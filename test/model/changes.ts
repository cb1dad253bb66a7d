import { type Chain, compare } from './chain.ts';

/** What X said of an account that is not listed any more. */
export interface Observation {
  id: string;
  status: string;
  at: string;
}

type Friend = Chain['friends'][number];

/** A complete list. */
interface List {
  chain: Chain;
  listed: Map<string, Friend>;
  /** It has fewer than half of the friends of the list before it, which had 20 or more. */
  fell: boolean;
}

/** `friend_changes` (R25). `complete`: the complete lists of all parents, in the order of their completion. */
export function changesOf(complete: Chain[], observations: Observation[]) {
  return [...Map.groupBy(complete, ({ head }) => head.parent_id).values()].flatMap((ofParent) => {
    const lists = ofParent.filter(standsAlone).map(listOf);
    const friends = new Set(lists.flatMap(({ listed }) => [...listed.keys()]));
    return [...friends].flatMap((id) => changesOfFriend(id, lists, observations));
  });
}

/** Of two lists that were read at the same time neither is the older one. */
const standsAlone = ({ first }: Chain, index: number, all: Chain[]): boolean =>
  all.slice(0, index).every((other) => other.last < first);

const listOf = (chain: Chain, index: number, all: Chain[]): List => {
  const [size, before] = [sizeOf(chain), sizeOf(all[index - 1])];
  const listed = new Map(chain.friends.map((friend) => [friend.id, friend]));
  return { chain, listed, fell: before >= 20 && before > 2 * size };
};

const sizeOf = (chain: Chain | undefined): number =>
  (chain?.pages ?? []).reduce((sum, { friend_count }) => sum + friend_count, 0);

/** What a list says of a friend; `doubtful`: it is missing, and the list may be wrong. */
type Mark = 'listed' | 'missing' | 'unknown' | 'doubtful';

function marksOf(id: string, lists: List[]): Mark[] {
  const isMissing = ({ listed, chain }: List) => !listed.has(id) && !chain.unknown.has(id);
  return lists.map((list, at) => {
    if (list.listed.has(id)) return 'listed';
    if (!isMissing(list)) return 'unknown';
    const before = lists[at - 1];
    const saysTheSame = before?.fell && isMissing(before);
    return list.fell && !saysTheSame ? 'doubtful' : 'missing';
  });
}

function changesOfFriend(id: string, lists: List[], observations: Observation[]) {
  const marks = marksOf(id, lists);
  const listings = marks.flatMap((mark, at) => (mark === 'listed' ? [at] : []));
  return listings.flatMap((at, nth) => {
    const friend = lists[at]?.listed.get(id) as Friend;
    const next = listings[nth + 1];
    const change = (what: string, from: number, to: number, absent_dispatches: number | null) => ({
      ...between(lists[from] as List, lists[to] as List),
      ...{ friend_id: id, friend_username: friend.username, change: what, absent_dispatches },
      ...{ status_of_friend: null as string | null, status_observed_at: null as string | null },
    });
    const earlier = absence(marks, listings[nth - 1] ?? -1, at);
    const later = absence(marks, at, next ?? lists.length);
    const came = nth === 0 ? 'followed' : 'reappeared';
    const changes = [];
    if (earlier.lastCertain !== undefined)
      changes.push(change(came, earlier.lastCertain, at, nth === 0 ? null : earlier.lists));
    if (later.firstCertain !== undefined) {
      const until = next === undefined ? '9999' : (lists[next]?.chain.first ?? '');
      const gone = change('no_longer_listed', at, later.firstCertain, later.lists);
      changes.push({ ...gone, ...statusOf(id, gone.not_after, until, observations) });
    } else if (later.first !== undefined && next === undefined)
      changes.push(change('withheld', at, later.first, later.lists));
    return changes;
  });
}

/** In which lists between these two the friend is missing. */
function absence(marks: Mark[], after: number, before: number) {
  const within = marks.map((mark, at) => ({ mark, at })).slice(after + 1, before);
  const all = within.filter(({ mark }) => mark === 'missing' || mark === 'doubtful');
  const certain = all.filter(({ mark }) => mark === 'missing');
  return {
    lists: all.length,
    first: all[0]?.at,
    firstCertain: certain[0]?.at,
    lastCertain: certain.at(-1)?.at,
  };
}

/** What X first said of the account in that time. */
function statusOf(friendId: string, after: string, until: string, observations: Observation[]) {
  const seen = observations
    .filter(({ id, at, status }) => id === friendId && at > after && at < until && status !== 'unknown')
    .sort((a, b) => compare(a.at, b.at) || compare(a.status, b.status))[0];
  return { status_of_friend: seen?.status ?? 'unknown', status_observed_at: seen?.at ?? null };
}

function between({ chain: before }: List, { chain: { head, last } }: List) {
  const { parent_id, parent_username, dispatch_id, run_id, dispatched_at } = head;
  return {
    ...{ parent_id, parent_username, dispatch_id, run_id, dispatched_at },
    previous_dispatch_id: before.head.dispatch_id,
    not_before: before.first,
    not_after: last,
  };
}
