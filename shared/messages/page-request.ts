import type { CheckPlan } from '../check/plan.ts';
import { Rejected } from '../errors.ts';
import { maxFriendsOf } from '../plan/pages.ts';
import type { Base, Mode, ModeReason } from '../plan/reading.ts';
import { FRIENDS_PER_PAGE } from '../x/limits.ts';
import { BASE, CHECK_PLAN, MODE } from './check-parts.ts';
import { COUNT, MOST_USD } from './formats.ts';
import type { Grandparent } from './grandparent.ts';
import { ACCOUNT, OF_DISPATCH, type OfDispatch } from './parts.ts';
import { decoder } from './validate.ts';

/** Topic `getpage`: please scrape this page. Ours, so unknown fields are ignored (rolling deploys). */
export interface PageRequest extends OfDispatch {
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
  /** Absent: `full`. */
  mode?: Mode;
  modeReason?: ModeReason;
  /** Of a check: it has this and `base`. */
  check?: CheckPlan;
  /** What the read is compared with. */
  base?: Base;
}

/** In a message of before there was a bound it follows from the plan. */
type Given = Omit<PageRequest, 'maxFriends'> & { maxFriends?: number };

const decode = decoder<Given>({
  $id: 'dodo/page-request/1',
  type: 'object',
  required: [...Object.keys(OF_DISPATCH), 'parent', 'pageNumber', 'totalPages', 'pageSize'],
  properties: {
    ...OF_DISPATCH,
    parent: {
      type: 'object',
      required: ['id', 'username', 'friendsCount'],
      properties: { ...ACCOUNT, friendsCount: { ...COUNT, minimum: 0 } },
    },
    grandparent: { type: 'object', properties: ACCOUNT },
    pageNumber: { ...COUNT, minimum: 1 },
    totalPages: { ...COUNT, minimum: 1 },
    pageSize: { type: 'integer', minimum: 1, maximum: FRIENDS_PER_PAGE },
    maxFriends: { ...COUNT, minimum: 1 },
    maxCostUsd: { type: 'number', minimum: 0, maximum: MOST_USD },
    mode: MODE,
    modeReason: { type: 'string' },
    check: CHECK_PLAN,
    base: BASE,
  },
});

/** Throws Rejected. */
export function decodePageRequest(json: unknown): PageRequest {
  const request = decode(json);
  const { mode, check, base } = request;
  if ((mode === 'check') !== (check !== undefined) || (check && !base))
    throw new Rejected(['a check has a plan and a base, and nothing else has a plan']);
  const { parent, totalPages, pageSize } = request;
  const { maxFriends = maxFriendsOf(parent.friendsCount, totalPages, pageSize) } = request;
  return { ...request, maxFriends };
}
