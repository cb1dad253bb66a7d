import { Rejected } from '../errors.ts';
import { OUTLASTED_DAYS } from '../time-limits.ts';
import { DAY_MS } from '../times.ts';
import { ACCOUNTS_PER_LOOKUP } from '../x/limits.ts';
import { isAccountId, isCount, isUsername } from './formats.ts';
import { DISPATCH_REQUEST } from './schemas/dispatch-request.ts';
import type { MessageOf } from './schemas/message-of.ts';
import { decoder } from './validate.ts';

type Given = MessageOf<typeof DISPATCH_REQUEST>;

/** A parent as the request names it; metadata that is malformed counts as missing and is looked up. */
export type RequestedParent = Exclude<Given['parents'][number], string>;

/** Topic `pagedispatch`: please record whom these accounts follow. Written by people and by schedulers. */
export type DispatchRequest = Omit<Given, 'parents'> & { parents: RequestedParent[] };

/** The ordering key of all that is planned, of all runs: caps are checked by one planner at a time. */
export const PLAN_KEY = 'plan';

/** R8: of what a request may say at will, so that the rows of a chunk stay far below what BigQuery takes at a time. */
const MOST_BYTES = 4096;

/** What one invocation plans: as many as one look-up takes. */
export const CHUNK_PARENTS = ACCOUNTS_PER_LOOKUP;

const decode = decoder<Given>(DISPATCH_REQUEST);

/** Throws Rejected. Parents come back as objects, each username once (the first one counts). */
export function decodeDispatchRequest(json: unknown, nowMs: number): DispatchRequest {
  const request = decode(json);
  if (request.chunk && request.parents.length > CHUNK_PARENTS)
    throw new Rejected([`a chunk has at most ${CHUNK_PARENTS} parents, not ${request.parents.length}`]);
  for (const field of ['keyframeDays', 'maxDepth'] as const)
    if (request[field] !== undefined && request.mode !== 'check')
      throw new Rejected([`${field} is for checks: it needs mode "check"`]);
  const [first] = request.parents;
  if (
    request.continues &&
    (request.parents.length > 1 || typeof first === 'string' || !usableMetadata(first))
  )
    throw new Rejected(['a list that goes on is that of one parent, with its id and friendsCount']);
  if (request.dispatchedAt !== undefined) {
    const at = Date.parse(request.dispatchedAt);
    // A chunk is ours, and may have waited: what was taken when it was a year old is taken still.
    const days = 366 + (request.chunk ? OUTLASTED_DAYS : 0);
    if (at < nowMs - days * DAY_MS || at > nowMs + DAY_MS)
      throw new Rejected([`dispatchedAt ${request.dispatchedAt} is not between a year ago and a day ahead`]);
  }
  assertSmall('grandparent', request.grandparent);
  const parents = new Map<string, RequestedParent>();
  for (const [index, entry] of request.parents.entries()) {
    const parent = typeof entry === 'string' ? { username: entry } : entry;
    const key = parent.username.toLowerCase();
    if (!parents.has(key)) parents.set(key, checked(parent, `parents/${index}`));
  }
  return { ...request, parents: [...parents.values()] };
}

function checked(parent: RequestedParent, where: string): RequestedParent {
  const { username, id } = parent;
  if (!isUsername(username) && !isAccountId(id))
    throw new Rejected([
      `${where}: ${username} has more than the 15 characters of a name that X can be asked by: give the id of the account as well`,
    ]);
  assertSmall(where, parent);
  return parent;
}

function assertSmall(where: string, given: object | undefined): void {
  const bytes = given ? Buffer.byteLength(JSON.stringify(given)) : 0;
  if (bytes > MOST_BYTES)
    throw new Rejected([`${where} has ${bytes} bytes, and at most ${MOST_BYTES} are kept of it`]);
}

/** Id and friends count of a parent, where the request gave both in usable form. */
export function usableMetadata(
  parent: RequestedParent | undefined,
): { id: string; friendsCount: number } | undefined {
  const { id, friendsCount }: Record<string, unknown> = parent ?? {};
  return isAccountId(id) && isCount(friendsCount) ? { id, friendsCount } : undefined;
}
