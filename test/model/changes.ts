import { type Chain, compare } from './chain.ts';

/** What X said of an account that is not listed any more. */
export interface Observation {
  id: string;
  status: string;
  at: string;
}

type Friend = Chain['friends'][number];

/** A dispatch that has ended: a complete list, or a check. */
interface Read {
  chain: Chain;
  listed: Map<string, Friend>;
  /** Of a check: whom it found missing, and proved it. */
  gone: Set<string>;
  /** It has fewer than half of the friends of the list before it, which had 20 or more. */
  fell: boolean;
}

/** `friend_changes` (R25). `ended`: the complete lists and ended checks of all parents, in the order of completion. */
export function changesOf(ended: Chain[], observations: Observation[]) {
  return [...Map.groupBy(ended, ({ head }) => head.parent_id).values()].flatMap((ofParent) => {
    const reads = ofParent.filter(standsAlone).map(readOf);
    const friends = new Set(reads.flatMap(({ listed }) => [...listed.keys()]));
    return [...friends].flatMap((id) => changesOfFriend(id, reads, observations));
  });
}

/** Of two that were read at the same time neither is the older one. */
export const standsAlone = ({ first }: Chain, index: number, all: Chain[]): boolean =>
  all.slice(0, index).every((other) => other.last < first);

const readOf = (chain: Chain, index: number, all: Chain[]): Read => {
  const [size, before] = [sizeOf(chain), sizeOf(all.slice(0, index).findLast(isList))];
  const listed = new Map(chain.friends.map((friend) => [friend.id, friend]));
  return { chain, listed, gone: goneBy(chain), fell: isList(chain) && before >= 20 && before > 2 * size };
};

/** It says of everybody whether it lists it. Where somebody on it cannot be read, that may be whoever is missing. */
const isList = ({ isComplete, isUnreadable }: Chain): boolean => isComplete && !isUnreadable;

/** A check that has not met the list as it was known says so of nobody, nor does one with somebody unreadable. */
export function goneBy({ head: { check }, isComplete, isEnded, isUnreadable }: Chain): Set<string> {
  return new Set(check?.frontier_id && isEnded && !isComplete && !isUnreadable ? check.missing : []);
}

const sizeOf = (chain: Chain | undefined): number =>
  (chain?.pages ?? []).reduce((sum, { friend_count }) => sum + friend_count, 0);

/** What a read says of a friend; `doubtful`: it is missing, and the list may be wrong. */
type Mark = 'listed' | 'missing' | 'unknown' | 'doubtful';

/** Checks have not looked for most friends, and say nothing of them; nor does a list of whoever may be unreadable on it. */
const speaksOf = (id: string, { chain, listed, gone }: Read): boolean =>
  isList(chain) || listed.has(id) || gone.has(id) || chain.unknown.has(id);

function marksOf(id: string, reads: Read[]): Mark[] {
  const isMissing = ({ listed, chain }: Read) => !listed.has(id) && !chain.unknown.has(id);
  return reads.map((list, at) => {
    if (list.listed.has(id)) return 'listed';
    if (list.gone.has(id)) return 'missing';
    if (!isMissing(list)) return 'unknown';
    const before = reads[at - 1];
    const saysTheSame = before?.fell && isMissing(before);
    return list.fell && !saysTheSame ? 'doubtful' : 'missing';
  });
}

function changesOfFriend(id: string, all: Read[], observations: Observation[]) {
  const lists = all.filter((read) => speaksOf(id, read));
  const marks = marksOf(id, lists);
  const listings = marks.flatMap((mark, at) => (mark === 'listed' ? [at] : []));
  return listings.flatMap((at, nth) => {
    const friend = lists[at]?.listed.get(id) as Friend;
    const next = listings[nth + 1];
    const change = (what: string, from: Read, to: Read, absent_dispatches: number | null) => ({
      ...between(from, to),
      ...{ friend_id: id, friend_username: friend.username, change: what, absent_dispatches },
      friend_description: friend.account.description ?? null,
      friend_verified_type: friend.account.verified_type ?? null,
      friend_followers_count: friend.account.followers_count ?? null,
      ...{ status_of_friend: null as string | null, status_observed_at: null as string | null },
    });
    const earlier = absence(marks, listings[nth - 1] ?? -1, at);
    const later = absence(marks, at, next ?? lists.length);
    const came = nth === 0 ? 'followed' : 'reappeared';
    const changes = [];
    const here = lists[at] as Read;
    if (earlier.lastCertain !== undefined) {
      const without = newestWithout(id, here, all.slice(all.indexOf(lists[earlier.lastCertain] as Read)));
      changes.push(change(came, without, here, nth === 0 ? null : earlier.lists));
    }
    if (later.firstCertain !== undefined) {
      const until = next === undefined ? '9999' : (lists[next]?.chain.first ?? '');
      const shown = lists[later.firstCertain] as Read;
      const gone = change('no_longer_listed', here, shown, later.lists);
      changes.push({ ...gone, ...statusOf(id, here.chain, shown.chain, until, observations) });
    } else if (later.first !== undefined && next === undefined)
      changes.push(change('withheld', here, lists[later.first] as Read, later.lists));
    return changes;
  });
}

/**
 * The newest read that proves that the friend was not there: the first of `reads`, or a check since, on whose first page
 * somebody stood who stands below the friend now.
 */
function newestWithout(id: string, now: Read, reads: Read[]): Read {
  const places = [...now.listed.keys()];
  const below = new Set(places.slice(places.indexOf(id) + 1));
  const since = reads.slice(1, reads.indexOf(now));
  return since.findLast(({ chain }) => topOf(chain).some((on) => below.has(on))) ?? (reads[0] as Read);
}

/** Who stood on top in a check that accounts for X's count, and from whose first page X left nobody out. */
function topOf(chain: Chain): string[] {
  const [first] = chain.pages;
  const isWhole = first?.friend_count === first?.page_size;
  const { check } = chain.head;
  const isChecked = typeof check?.frontier_id === 'string' && check.fewer + check.more === 0;
  if (isList(chain) || !isWhole || !isChecked) return [];
  return chain.friends.filter(({ page }) => page === first).map((friend) => friend.id);
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

/** What X first said of the account since: for a check it may have said before that it is suspended or not found. */
function statusOf(
  friendId: string,
  seenBy: Chain,
  missedBy: Chain,
  until: string,
  observations: Observation[],
) {
  const after = (status: string) =>
    missedBy.isComplete || status === 'active' ? missedBy.last : seenBy.last;
  const seen = observations
    .filter(({ id, status }) => id === friendId && status !== 'unknown')
    .filter(({ at, status }) => at > after(status) && at < until)
    .sort((a, b) => compare(a.at, b.at) || compare(a.status, b.status))[0];
  return { status_of_friend: seen?.status ?? 'unknown', status_observed_at: seen?.at ?? null };
}

function between({ chain: before }: Read, { chain: { head, last, mode } }: Read) {
  const { parent_id, parent_username, dispatch_id, run_id, dispatched_at, job } = head;
  return {
    ...{ parent_id, parent_username, dispatch_id, run_id, dispatched_at, job },
    previous_dispatch_id: before.head.dispatch_id,
    not_before: before.first,
    not_after: last,
    mode,
  };
}
