import { isAccountId, isCount } from '../messages/formats.ts';
import { leftOutOf, type ReadAccount, readAccount } from './account.ts';
import { isObject, shown } from './json.ts';
import { isAboutField, otherAccountIn } from './problem.ts';
import { listedIn, type Reply } from './reply.ts';
import type { PageAnswer, Problem } from './types.ts';

/**
 * Whether an answer is a page of the list: with a `meta` that can be believed, since a list ends where a `meta` has no
 * next token. An empty page may have no `data`; beside a problem that may be why it is empty, it is none.
 */
export function isPage(reply: Reply): boolean {
  const { json, problems } = reply;
  if (reply.status !== 200 || !isObject(json?.meta) || nextTokenIn(json.meta) === undefined) return false;
  if (listedIn(reply).length > 0) return true;
  const { data, meta } = json;
  const isEmpty = meta.result_count === 0 || (meta.result_count === undefined && Array.isArray(data));
  const [asked = ''] = reply.asked;
  const leavesRoom = (problem: Problem) =>
    isAboutField(problem) || otherAccountIn(problem, asked) !== undefined;
  return isEmpty && (Array.isArray(data) || !isGiven(data)) && problems.every(leavesRoom);
}

/**
 * The page in an answer of GET /2/users/:id/following. A friend that cannot be told apart from others is noted as a
 * problem; the rest of the page, which has been paid for, is kept.
 */
export function scrapedPage(reply: Reply): PageAnswer {
  const listed = listedIn(reply);
  const read = listed.map(readAccount);
  const known = read.filter((each) => each !== null);
  const malformed = listed.flatMap((user, index) => (read[index] ? [] : malformedFriend(index + 1, user)));
  const meta = isObject(reply.json?.meta) ? reply.json.meta : {};
  return {
    kind: 'scraped',
    friends: known.map(({ account }) => account),
    unknownFriends: unknownFriends(reply, known),
    unreadableFriends: listed.filter((user) => !isAccountId(idOf(user))).length,
    charged: listed.length,
    nextToken: nextTokenIn(meta) ?? null,
    problems: [...reply.problems, ...malformed, ...leftOutOf(known), ...missing(meta, listed.length)],
  };
}

/**
 * R18: the list ends where this is null: https://docs.x.com/x-api/fundamentals/pagination. Undefined: there is one that
 * cannot be used, so that nothing is known of the end.
 */
function nextTokenIn({ next_token: token }: Record<string, unknown>): string | null | undefined {
  if (!isGiven(token) || token === '') return null;
  return typeof token === 'string' ? token : undefined;
}

const idOf = (user: unknown) => (isObject(user) ? user.id : undefined);

const isGiven = (value: unknown) => value !== undefined && value !== null;

/** Accounts that X speaks of in this list without listing them so that we can: neither seen in it nor gone from it. */
function unknownFriends(reply: Reply, known: ReadAccount[]): string[] {
  const [asked = ''] = reply.asked;
  const named = reply.problems.map((problem) => otherAccountIn(problem, asked));
  const listed = listedIn(reply).map(idOf);
  const friends = new Set(known.map(({ account }) => account.id));
  return [...new Set([...named, ...listed])].filter(isAccountId).filter((id) => !friends.has(id));
}

function malformedFriend(place: number, user: unknown): Problem {
  const title = 'Friend without a usable id or username';
  return { source: 'x', title, detail: `place ${place} of the page: ${shown(user, 300)}` };
}

/** X counts what it lists; where it counted more, somebody has to know. */
function missing({ result_count: counted }: Record<string, unknown>, listed: number): Problem[] {
  if (!isCount(counted) || counted <= listed) return [];
  const detail = `result_count is ${counted}, and ${listed} friends were listed.`;
  return [{ source: 'x', title: 'Fewer friends than counted', detail }];
}
