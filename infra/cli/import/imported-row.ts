import { isoOf } from '../../../shared/times.ts';
import type { PageRow } from '../../../shared/warehouse/completed-scrapes.ts';
import { problemsColumn } from '../../../shared/warehouse/problems-column.ts';
import type { PlacedPage } from './chains.ts';
import { goesOn } from './chains.ts';

/** A row of `completed_scrapes`: as a scraped one, but that nobody has planned it and Dodo has not paid for it. */
export type ImportedRow = Omit<
  PageRow,
  'problems' | 'max_friends' | 'friends_count' | 'message_id' | 'check' | 'list_order'
> & { problems: string | null; origin: 'import' };

/** Of whom no name is known, the id stands for it, as where a request names a parent by `id:`. */
export function importedRow(page: PlacedPage, job: string, username = page.parentId): ImportedRow {
  const { list, number, fetchId, lineage, answer, pageToken, pageSize, retrievedAtMs } = page;
  const common = {
    ...{ run_id: list.runId, job, dispatch_id: list.dispatchId },
    ...{ parent_id: list.parentId, parent_username: username },
    ...{ grandparent_id: null, grandparent_username: null },
    ...{ page_number: number, total_pages: number + (goesOn(page) ? 1 : 0), page_size: pageSize },
    ...{ page_token: pageToken, fetch_id: fetchId, lineage },
    problems: problemsColumn(answer.problems),
    ...{ cost_usd: 0, mode: 'full' as const, mode_reason: null, origin: 'import' as const },
    ...{ dispatched_at: isoOf(list.dispatchedAtMs), completed_at: isoOf(retrievedAtMs) },
  };
  if (answer.kind === 'unavailable')
    return {
      ...common,
      ...{ outcome: 'unavailable', reason: answer.reason, next_token: null },
      ...{ friend_count: 0, friends: [], unknown_friends: [], unreadable_friends: 0, charged: 0 },
    };
  const { friends, unknownFriends, unreadableFriends, charged, nextToken } = answer;
  return {
    ...common,
    ...{ outcome: 'scraped', reason: null, next_token: nextToken },
    friend_count: friends.length,
    friends: friends.map((friend, index) => ({ position: index + 1, ...friend })),
    ...{ unknown_friends: unknownFriends, unreadable_friends: unreadableFriends, charged },
  };
}
