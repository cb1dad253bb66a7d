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

/** Lines of friends that X has returned together. */
interface Gathered {
  request: ArchivedRequest;
  users: FriendLine['user'][];
  ids: Set<unknown>;
  last: Line;
}

/** The pages of a file, in its order. Throws WrongUsage, with the number of the line. */
export async function* archivedPages(file: string, nowMs: number): AsyncGenerator<ArchivedPage> {
  let gathered: Gathered | undefined;
  for await (const line of linesOf(file)) {
    const read = archiveLine(line, nowMs);
    if (gathered && (read.kind === 'page' || !isOfPage(read, gathered))) {
      yield pageOfFriends(gathered, nowMs);
      gathered = undefined;
    }
    if (read.kind === 'page') yield { ...read, isFlattened: false };
    else {
      gathered ??= { request: read, users: [], ids: new Set(), last: line };
      gathered.users.push(read.user);
      gathered.ids.add(read.user.id);
      gathered.last = line;
    }
  }
  if (gathered) yield pageOfFriends(gathered, nowMs);
}

/** X lists nobody twice on a page, and no more than it was asked for. */
function isOfPage(friend: FriendLine, { request, ids }: Gathered): boolean {
  const isSameRequest =
    request.parentId === friend.parentId &&
    request.pageToken === friend.pageToken &&
    request.retrievedAtMs === friend.retrievedAtMs;
  return isSameRequest && ids.size < friend.pageSize && !ids.has(friend.user.id);
}

function pageOfFriends({ request, users, last }: Gathered, nowMs: number): ArchivedPage {
  const { parentId, pageToken, pageSize, retrievedAtMs, host } = request;
  const data = users.map(({ __twarc: _, ...user }) => user);
  const answer = answerIn(
    JSON.stringify({ data, meta: { result_count: data.length } }),
    request,
    last,
    nowMs,
  );
  return {
    ...{ parentId, pageToken, pageSize, retrievedAtMs, host, isFlattened: true },
    answer: answer.kind === 'scraped' ? { ...answer, nextToken: UNTOLD } : answer,
  };
}
