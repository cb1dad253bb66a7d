import { Rejected } from '../errors.ts';
import type { Mode } from '../plan/reading.ts';
import { OUTLASTED_DAYS } from '../time-limits.ts';
import { DAY_MS } from '../times.ts';
import { ACCOUNTS_PER_LOOKUP, FRIENDS_PER_PAGE } from '../x/limits.ts';
import { MODE } from './check-parts.ts';
import { ANY_USERNAME, COUNT, isAccountId, isCount, isUsername, MOST_USD } from './formats.ts';
import { decoder } from './validate.ts';

/** A parent as the request names it; metadata that is malformed counts as missing and is looked up. */
export interface RequestedParent {
  username: string;
  id?: unknown;
  friendsCount?: unknown;
  [metadata: string]: unknown;
}

/** Topic `pagedispatch`: please record whom these accounts follow. Written by people and by schedulers. */
export interface DispatchRequest {
  job: { name: string };
  parents: RequestedParent[];
  grandparent?: Record<string, unknown>;
  pageSize?: number;
  maxCostUsd?: number;
  /** Absent: `full`. A check that has nothing to rest on is made a full read. */
  mode?: Mode;
  /** Of checks: a list is read in full after so many days at the latest; absent: KEYFRAME_DAYS. */
  keyframeDays?: number;
  /** Of checks: friends down to which a list is searched for somebody that is gone; absent: to its end. */
  maxDepth?: number;
  runId?: string;
  /** ISO 8601. */
  dispatchedAt?: string;
  /** Which part of a request this is; `index` counts from 0. */
  chunk?: { index: number; of: number };
  /** R17, ours: the list of its only parent goes on, and what was committed for it is used up. */
  continues?: Continues;
}

/** What was known of the dispatch when the page was asked for after which its list goes on. */
export interface Continues {
  dispatchId: string;
  afterPage: number;
  totalPages: number;
  maxFriends: number;
}

/** The ordering key of all that is planned, of all runs: caps are checked by one planner at a time. */
export const PLAN_KEY = 'plan';

export const MAX_PARENTS = 100_000;

/** Of checks, where a request says nothing. */
export const KEYFRAME_DAYS = 30;

const MOST_KEYFRAME_DAYS = 366;
const MOST_DEPTH = 100_000;

/** R8: of what a request may say at will, so that the rows of a chunk stay far below what BigQuery takes at a time. */
const MOST_BYTES = 4096;

/** What one invocation plans: as many as one look-up takes. */
export const CHUNK_PARENTS = ACCOUNTS_PER_LOOKUP;

// Unknown fields are rejected: a misspelt `maxCostUsd` must not silently mean "no limit".
const schema = {
  $id: 'dodo/dispatch-request/1',
  type: 'object',
  required: ['job', 'parents'],
  additionalProperties: false,
  dependencies: {
    ...{ runId: ['dispatchedAt'], dispatchedAt: ['runId'], chunk: ['runId', 'dispatchedAt'] },
    continues: ['chunk', 'pageSize'],
  },
  properties: {
    job: {
      type: 'object',
      required: ['name'],
      additionalProperties: false,
      properties: { name: { type: 'string', minLength: 1, maxLength: 200 } },
    },
    parents: {
      type: 'array',
      minItems: 1,
      maxItems: MAX_PARENTS,
      items: {
        type: ['string', 'object'],
        pattern: ANY_USERNAME,
        required: ['username'],
        properties: { username: { type: 'string', pattern: ANY_USERNAME } },
      },
    },
    grandparent: { type: 'object' },
    pageSize: { type: 'integer', minimum: 1, maximum: FRIENDS_PER_PAGE },
    maxCostUsd: { type: 'number', minimum: 0, maximum: MOST_USD },
    mode: MODE,
    keyframeDays: { type: 'integer', minimum: 1, maximum: MOST_KEYFRAME_DAYS },
    maxDepth: { type: 'integer', minimum: 1, maximum: MOST_DEPTH },
    runId: { type: 'string', minLength: 1, maxLength: 200 },
    dispatchedAt: { type: 'string', format: 'iso-time' },
    chunk: {
      type: 'object',
      required: ['index', 'of'],
      additionalProperties: false,
      properties: { index: { type: 'integer', minimum: 0 }, of: { type: 'integer', minimum: 1 } },
    },
    continues: {
      type: 'object',
      required: ['dispatchId', 'afterPage', 'totalPages', 'maxFriends'],
      properties: {
        dispatchId: { type: 'string', minLength: 1 },
        afterPage: { ...COUNT, minimum: 1 },
        totalPages: { ...COUNT, minimum: 1 },
        maxFriends: { ...COUNT, minimum: 0 },
      },
    },
  },
};

const decode = decoder<Omit<DispatchRequest, 'parents'> & { parents: (string | RequestedParent)[] }>(schema);

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
  const { id, friendsCount } = parent ?? {};
  return isAccountId(id) && isCount(friendsCount) ? { id, friendsCount } : undefined;
}
