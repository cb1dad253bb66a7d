import type { RequestedParent } from '../../../shared/messages/dispatch-request.ts';
import { isAnyUsername, isCount } from '../../../shared/messages/formats.ts';
import { commandOn } from '../target/again.ts';
import { rowsOf, text } from '../target/query.ts';
import type { Target } from '../target/target.ts';
import { Failure } from '../terminal/errors.ts';
import { counted, minuteOf } from '../terminal/figures.ts';
import { parentNamed, type Selection } from './selection.ts';

/** Takes `@username` STRING, in lower case. The newest complete scrape of whoever had the name then. */
export const newestCompleteSql = (dataset: string) => `
SELECT parent_id, parent_username, last_completed_at
FROM ${dataset}.dispatch_progress
WHERE LOWER(parent_username) = @username AND state = 'complete'
ORDER BY last_completed_at DESC, dispatch_id DESC
LIMIT 1`;

type Scrape = Record<'parent_id' | 'parent_username' | 'last_completed_at', string>;

/** Takes `@parent_id` STRING. In X's order: the newest follow first. */
export const currentFriendsSql = (dataset: string) => `
SELECT friend_id, friend_username, friend_following_count, friend_protected
FROM ${dataset}.current_friends
WHERE parent_id = @parent_id
ORDER BY page_number, position`;

interface Friend {
  friend_id: string;
  friend_username: string | null;
  friend_following_count: number | null;
  friend_protected: boolean | null;
}

/** The friends of an account that was scraped, as parents with the metadata of that scrape. Throws Failure. */
export async function selectedFriends(target: Target, given: string): Promise<Selection> {
  const { username } = parentNamed(given);
  const named = { username: text(username.toLowerCase()) };
  const [scrape] = await rowsOf<Scrape>(target, newestCompleteSql, named);
  if (!scrape)
    throw new Failure(
      `there is no complete scrape of ${given}. Scrape it first: ${commandOn(target, `dispatch ${username}`)}`,
    );
  const { parent_id, parent_username, last_completed_at } = scrape;
  const friends = await rowsOf<Friend>(target, currentFriendsSql, { parent_id: text(parent_id) });
  const parents = friends.flatMap(parentOf);
  if (parents.length === 0) throw new Failure(`${given} has no friends that could be scraped.`);
  const read = `the friends of @${parent_username} as of ${minuteOf(last_completed_at)}`;
  return {
    parents,
    grandparent: { id: parent_id, username: parent_username },
    notes: [read, ...unnamed(friends.length - parents.length), ...locked(friends)],
  };
}

function parentOf({ friend_id, friend_username, friend_following_count }: Friend): RequestedParent[] {
  if (!isAnyUsername(friend_username)) return [];
  const friendsCount = friend_following_count;
  return [{ username: friend_username, id: friend_id, ...(isCount(friendsCount) && { friendsCount }) }];
}

const unnamed = (left: number): string[] =>
  left > 0 ? [`${counted(left, 'friend')} without a username in that scrape left out`] : [];

function locked(friends: Friend[]): string[] {
  const { length } = friends.filter(({ friend_protected }) => friend_protected);
  if (length === 0) return [];
  return [
    `${counted(length, 'account is', 'accounts are')} protected: X will hardly show their friends; planned all the same, paid for only if it does`,
  ];
}
