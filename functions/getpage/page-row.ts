import type { PageRequest } from '../../shared/messages/page-request.ts';
import { lineageAfter, type StoredPage } from '../../shared/plan/chain.ts';
import type { PageRow } from '../../shared/warehouse/completed-scrapes.ts';
import { costOf } from '../../shared/x/prices.ts';
import type { PageAnswer } from '../../shared/x/types.ts';
import { EMPTY_PAGES_OF_CHECK, loopsBack } from './loop-guard.ts';

/** One fetch of a page: what was asked, and from where in the chain. */
export interface PageFetch {
  request: PageRequest;
  /** The pages that led to it, in order; of copies those whose tokens were used. */
  way: StoredPage[];
  fetchId: string;
  messageId: string;
  /** How many friends were asked for. */
  most: number;
}

/** R15: the one row of a page that X answered at `saidMs` at the latest. Friends that were paid for are kept even where the list loops. */
export function rowOf(fetch: PageFetch, answer: PageAnswer, friendUsd: number, saidMs: number): PageRow {
  const common = commonColumns(fetch, saidMs);
  if (answer.kind === 'unavailable')
    return { ...common, outcome: 'unavailable', reason: answer.reason, problems: answer.problems };
  const { friends, unknownFriends, unreadableFriends, charged, nextToken, problems } = answer;
  const loops = loopsBack(fetch.way, charged, nextToken, fetch.request.check && EMPTY_PAGES_OF_CHECK);
  return {
    ...common,
    outcome: loops ? 'unavailable' : 'scraped',
    reason: loops ? 'cursor_loop' : null,
    next_token: nextToken,
    friend_count: friends.length,
    friends: friends.map((friend, index) => ({ position: index + 1, ...friend })),
    unknown_friends: unknownFriends,
    unreadable_friends: unreadableFriends,
    charged,
    problems,
    cost_usd: costOf(charged, friendUsd),
  };
}

/** What the chain needs of a row, as a look-up would return it. */
export function storedPageOf(row: PageRow): StoredPage {
  return {
    pageNumber: row.page_number,
    outcome: row.outcome,
    pageToken: row.page_token,
    nextToken: row.next_token,
    fetchId: row.fetch_id,
    lineage: row.lineage,
    charged: row.charged,
    completedAtMs: Date.parse(row.completed_at),
    checkEndedBy: row.check?.ended_by ?? null,
    check: row.check,
  };
}

function commonColumns({ request, way, fetchId, messageId, most }: PageFetch, saidMs: number): PageRow {
  const before = way.at(-1);
  return {
    run_id: request.runId,
    job: request.job.name,
    dispatch_id: request.dispatchId,
    parent_id: request.parent.id,
    parent_username: request.parent.username,
    grandparent_id: request.grandparent?.id ?? null,
    grandparent_username: request.grandparent?.username ?? null,
    page_number: request.pageNumber,
    total_pages: request.totalPages,
    page_size: request.check ? most : request.pageSize,
    max_friends: request.maxFriends,
    friends_count: request.parent.friendsCount,
    outcome: 'scraped',
    reason: null,
    page_token: before?.nextToken ?? null,
    next_token: null,
    fetch_id: fetchId,
    lineage: before ? lineageAfter(before) : [],
    friend_count: 0,
    friends: [],
    unknown_friends: [],
    unreadable_friends: 0,
    charged: 0,
    problems: [],
    mode: request.mode ?? 'full',
    mode_reason: request.modeReason ?? null,
    check: null,
    list_order: null,
    cost_usd: 0,
    message_id: messageId,
    dispatched_at: new Date(request.dispatchedAt).toISOString(),
    completed_at: new Date(saidMs).toISOString(),
  };
}
