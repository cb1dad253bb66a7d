import type { PageAnswer } from '../../../shared/x/types.ts';
import { type ArchivedRequest, type ArchiveLine, answerIn, archiveLine } from './archive-line.ts';
import { type Line, linesOf } from './lines.ts';

/** A page of a list of friends. */
export interface ArchivedPage extends ArchivedRequest {
  answer: PageAnswer;
  /** Made of its friends, a line each: what X said beside them is lost, and with it whether the list goes on. */
  isFlattened: boolean;
}

/** Stands for the token of a next page of which the archive does not say whether there is one. */
export const UNTOLD = '';

type FriendLine = Extract<ArchiveLine, { kind: 'friend' }>;

/** The pages of a file, in its order. Throws WrongUsage, with the number of the line. */
export async function* pagesOf(file: string, nowMs: number): AsyncGenerator<ArchivedPage> {
  let friends: FriendLine[] = [];
  let last: Line | undefined;
  const gathered = (): ArchivedPage[] => {
    const [first] = friends;
    const page = first && last ? [pageOfFriends(first, friends, last, nowMs)] : [];
    friends = [];
    return page;
  };
  for await (const line of linesOf(file)) {
    const read = archiveLine(line, nowMs);
    if (read.kind === 'friend') {
      if (!isOfPage(read, friends)) yield* gathered();
      friends.push(read);
      last = line;
    } else {
      yield* gathered();
      yield { ...read, isFlattened: false };
    }
  }
  yield* gathered();
}

/** X lists nobody twice on a page, and no more than it was asked for. */
function isOfPage(friend: FriendLine, [first, ...others]: FriendLine[]): boolean {
  if (!first) return true;
  const isSameRequest =
    first.parentId === friend.parentId &&
    first.pageToken === friend.pageToken &&
    first.retrievedAtMs === friend.retrievedAtMs;
  const isThere = [first, ...others].some(({ user }) => user.id === friend.user.id);
  return isSameRequest && others.length + 1 < friend.pageSize && !isThere;
}

function pageOfFriends(request: FriendLine, friends: FriendLine[], line: Line, nowMs: number): ArchivedPage {
  const { parentId, pageToken, pageSize, retrievedAtMs } = request;
  const data = friends.map(({ user: { __twarc: _, ...user } }) => user);
  const body = JSON.stringify({ data, meta: { result_count: data.length } });
  const answer = answerIn(body, request, line, nowMs);
  return {
    ...{ parentId, pageToken, pageSize, retrievedAtMs, isFlattened: true },
    answer: answer.kind === 'scraped' ? { ...answer, nextToken: UNTOLD } : answer,
  };
}
