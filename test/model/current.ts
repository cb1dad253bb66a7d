import type { Chain } from './chain.ts';
import { goneBy, standsAlone } from './changes.ts';

/**
 * `current_friends`: of each parent the newest complete list, as the checks since have changed it. `ended`: complete
 * lists and ended checks of all parents, in the order of completion; `all`: those that have not ended too.
 */
export function currentFriends(ended: Chain[], all: Chain[]) {
  const firstListed = new Map<string, string>();
  for (const { head, friends } of all)
    for (const { id, page } of friends) {
      const [key, earliest] = [`${head.parent_id}/${id}`, firstListed.get(`${head.parent_id}/${id}`)];
      if (!earliest || page.completed_at < earliest) firstListed.set(key, page.completed_at);
    }
  return [...Map.groupBy(ended, ({ head }) => head.parent_id).values()].flatMap((ofParent) => {
    const at = ofParent.findLastIndex(({ isComplete }) => isComplete);
    const list = ofParent[at];
    if (!list) return [];
    const checks = ofParent.filter((chain, index, all) => index > at && standsAlone(chain, index, all));
    const reads = [list, ...checks];
    const last = new Map<string, { friend: Chain['friends'][number]; read: Chain }>();
    for (const read of reads) {
      for (const id of read === list ? [] : goneBy(read)) last.delete(id);
      for (const friend of read.friends) last.set(friend.id, { friend, read });
    }
    return [...last.values()].map(({ friend, read }) => ({
      friend,
      last_seen_at: friend.page.completed_at,
      is_carried: read !== reads.at(-1),
      full_read_at: list.last,
      first_listed_at: firstListed.get(`${list.head.parent_id}/${friend.id}`) ?? null,
    }));
  });
}
