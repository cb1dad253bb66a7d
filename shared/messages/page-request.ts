import { maxFriendsOf } from '../plan/pages.ts';
import { FRIENDS_PER_PAGE } from '../x/limits.ts';
import { ACCOUNT_ID, USERNAME } from './formats.ts';
import type { Grandparent } from './grandparent.ts';
import { decoder } from './validate.ts';

/** Topic `getpage`: please scrape this page. Ours, so unknown fields are ignored (rolling deploys). */
export interface PageRequest {
  runId: string;
  dispatchId: string;
  /** ISO 8601; the partition of all pages of the dispatch. */
  dispatchedAt: string;
  job: { name: string };
  parent: { id: string; username: string; friendsCount: number; [metadata: string]: unknown };
  grandparent?: Grandparent;
  /** From 1. */
  pageNumber: number;
  totalPages: number;
  pageSize: number;
  /** R21: the most friends that may be bought on all pages together. */
  maxFriends: number;
  /** Of the run's request: what is committed later is within it too. */
  maxCostUsd?: number;
}

/** In a message of before there was a bound it follows from the plan. */
type Given = Omit<PageRequest, 'maxFriends'> & { maxFriends?: number };

const decode = decoder<Given>({
  $id: 'dodo/page-request/1',
  type: 'object',
  required: ['runId', 'dispatchId', 'dispatchedAt', 'job', 'parent', 'pageNumber', 'totalPages', 'pageSize'],
  properties: {
    runId: { type: 'string', minLength: 1 },
    dispatchId: { type: 'string', minLength: 1 },
    dispatchedAt: { type: 'string', format: 'iso-time' },
    job: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
    parent: {
      type: 'object',
      required: ['id', 'username', 'friendsCount'],
      properties: {
        id: { type: 'string', pattern: ACCOUNT_ID },
        username: { type: 'string', pattern: USERNAME },
        friendsCount: { type: 'integer', minimum: 0 },
      },
    },
    grandparent: {
      type: 'object',
      properties: {
        id: { type: 'string', pattern: ACCOUNT_ID },
        username: { type: 'string', pattern: USERNAME },
      },
    },
    pageNumber: { type: 'integer', minimum: 1 },
    totalPages: { type: 'integer', minimum: 1 },
    pageSize: { type: 'integer', minimum: 1, maximum: FRIENDS_PER_PAGE },
    maxFriends: { type: 'integer', minimum: 1 },
    maxCostUsd: { type: 'number', minimum: 0 },
  },
});

/** Throws Rejected. */
export function decodePageRequest(json: unknown): PageRequest {
  const request = decode(json);
  const { parent, totalPages, pageSize } = request;
  const { maxFriends = maxFriendsOf(parent.friendsCount, totalPages, pageSize) } = request;
  return { ...request, maxFriends };
}
