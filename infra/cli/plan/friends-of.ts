import type { RequestedParent } from '../../../shared/messages/dispatch-request.ts';
import { isCount, isUsername } from '../../../shared/messages/formats.ts';
import type { PlainRow } from '../target/rows.ts';
import type { Target } from '../target/target.ts';
import { rowsOf } from '../target/warehouse.ts';
import { Failure, WrongUsage } from '../terminal/errors.ts';
import { count, minuteOf } from '../terminal/words.ts';
import { usernameOf } from './parents-file.ts';
import type { Selection } from './selection.ts';

/** Takes `@username` STRING, in lower case. The newest complete scrape of whoever had the name then. */
export const newestCompleteSql = (dataset: string) => `
SELECT parent_id, parent_username, last_completed_at
FROM ${dataset}.dispatch_progress
WHERE LOWER(parent_username) = @username AND state = 'complete'
ORDER BY last_completed_at DESC, dispatch_id DESC
LIMIT 1`;

/** Takes `@parent_id` STRING. In X's order: the newest follow first. */
export const currentFriendsSql = (dataset: string) => `
SELECT friend_id, friend_username, friend_following_count, friend_protected
FROM ${dataset}.current_friends
WHERE parent_id = @parent_id
ORDER BY page_number, position`;

/** The friends of an account that was scraped, as parents with the metadata of that scrape. Throws Failure. */
export async function friendsOf(target: Target, given: string): Promise<Selection> {
  const named = usernameOf(given);
  if (typeof named === 'string') throw new WrongUsage(named);
  const username = named.username.toLowerCase();
  const [scrape] = await rowsOf(target, newestCompleteSql, { username }, { username: 'STRING' });
  if (!scrape)
    throw new Failure(
      `there is no complete scrape of ${given}. Scrape it first: npx dodo dispatch ${named.username}`,
    );
  const { parent_id, parent_username, last_completed_at } = scrape;
  const rows = await rowsOf(target, currentFriendsSql, { parent_id }, { parent_id: 'STRING' });
  const parents = rows.flatMap(parentOf);
  if (parents.length === 0) throw new Failure(`${given} has no friends that could be scraped.`);
  const read = `the friends of @${parent_username} as of ${minuteOf(String(last_completed_at))}`;
  return {
    parents,
    grandparent: { id: parent_id, username: parent_username },
    notes: [read, ...unnamed(rows.length - parents.length), ...locked(rows)],
  };
}

function parentOf({ friend_id, friend_username, friend_following_count }: PlainRow): RequestedParent[] {
  if (!isUsername(friend_username)) return [];
  const friendsCount = Number(friend_following_count ?? Number.NaN);
  return [{ username: friend_username, id: friend_id, ...(isCount(friendsCount) && { friendsCount }) }];
}

const unnamed = (left: number): string[] =>
  left > 0 ? [`${count(left, 'friend')} without a username in that scrape left out`] : [];

function locked(rows: PlainRow[]): string[] {
  const { length } = rows.filter(({ friend_protected }) => friend_protected === true);
  if (length === 0) return [];
  return [
    `${count(length, 'account is', 'accounts are')} protected: X will hardly show their friends; planned all the same, paid for only if it does`,
  ];
}
