import { isObject, toAccount } from './account.ts';
import type { Reply } from './reply.ts';
import type { Account, PageAnswer, Problem } from './types.ts';

/**
 * The page in an answer of GET /2/users/:id/following. A friend that cannot be told apart from others is noted
 * as a problem; the rest of the page, which has been paid for, is kept.
 */
export function scrapedPage({ json, problems }: Reply): PageAnswer {
  const listed = Array.isArray(json?.data) ? json.data : [];
  const friends: Account[] = [];
  const malformed: Problem[] = [];
  for (const [index, user] of listed.entries()) {
    const friend = toAccount(user);
    if (friend) friends.push(friend);
    else malformed.push(malformedFriend(index + 1, user));
  }
  return { kind: 'scraped', friends, nextToken: nextTokenOf(json), problems: [...problems, ...malformed] };
}

/** R18: the list ends where this is null: https://docs.x.com/x-api/fundamentals/pagination */
function nextTokenOf(json: Reply['json']): string | null {
  const token = isObject(json?.meta) ? json.meta.next_token : undefined;
  return typeof token === 'string' && token !== '' ? token : null;
}

function malformedFriend(place: number, user: unknown): Problem {
  const text = JSON.stringify(user).slice(0, 300);
  return {
    source: 'x',
    title: 'Friend without a usable id or username',
    detail: `place ${place} of the page: ${text}`,
  };
}
