import type { Fault } from '../../infra/local/x/faults.ts';
import type { DeclaredAccount } from '../../infra/local/x/world.ts';

/** A parent of which X says something final, and how its dispatch ends; pages have 100 friends. */
export interface PageEnd {
  says: string;
  account: DeclaredAccount;
  /** Null: the account itself is peculiar. */
  fault: Omit<Fault, 'account'> | null;
  /** Columns of `dispatch_progress`. */
  ends: { state: string; reason: string | null; pages_done: number; friends_listed: number };
  /** How many friends X has handed over on each page: what is paid for. */
  bought: number[];
}

const endpoint = 'users/:id/following';
const unavailable = (reason: string) => ({
  state: 'unavailable',
  reason,
  pages_done: 0,
  friends_listed: 0,
});
const partial = (reason: string, pages: number, friends: number) => ({
  state: 'partial',
  reason,
  pages_done: pages,
  friends_listed: friends,
});
const complete = (pages: number, friends: number) => ({
  state: 'complete',
  reason: null,
  pages_done: pages,
  friends_listed: friends,
});

export const PAGE_ENDS: PageEnd[] = [
  {
    says: 'protected, though the plan knows its id and count',
    account: { username: 'locked', friends: 250 },
    fault: { name: 'protected', endpoint },
    ends: unavailable('protected'),
    bought: [],
  },
  {
    says: 'protected, in a 403',
    account: { username: 'locked_403', friends: 250 },
    fault: { name: 'protected', endpoint, status: 403 },
    ends: unavailable('protected'),
    bought: [],
  },
  {
    says: 'no such account, in a 404',
    account: { username: 'gone', friends: 250 },
    fault: { name: 'not-found', endpoint, status: 404 },
    ends: unavailable('not_found'),
    bought: [],
  },
  {
    says: 'suspended, between two pages',
    account: { username: 'suspended_mid', friends: 250 },
    fault: { name: 'suspended', page: 2 },
    ends: partial('suspended', 1, 100),
    bought: [100],
  },
  {
    says: 'that its own page token is not valid',
    account: { username: 'token_refused', friends: 250 },
    fault: { name: 'token-rejected', page: 2 },
    ends: partial('page_token_rejected', 1, 100),
    bought: [100],
  },
  {
    says: 'a next token that it gave before',
    account: { username: 'loops', friends: 250 },
    fault: { name: 'repeated-token', page: 2 },
    ends: partial('cursor_loop', 1, 200),
    bought: [100, 100],
  },
  {
    says: 'empty pages with a token, without end',
    account: { username: 'empty_for_ever', friends: 250 },
    fault: { name: 'empty-page' },
    ends: partial('cursor_loop', 2, 0),
    bought: [0, 0, 0],
  },
  {
    says: 'two empty pages, and then the list',
    account: { username: 'empty_twice', friends: 1000 },
    fault: { name: 'empty-page', times: 2 },
    ends: complete(12, 1000),
    bought: [0, 0, ...Array.from({ length: 10 }, () => 100)],
  },
  {
    says: 'ten times as many friends as it counted',
    account: { username: 'over_plan', friends: 1000, saysCount: 100 },
    fault: null,
    ends: partial('over_plan', 2, 200),
    bought: [100, 100],
  },
  {
    says: 'that the request is not valid',
    account: { username: 'refused', friends: 250 },
    fault: { name: 'refused', endpoint },
    ends: unavailable('refused'),
    bought: [],
  },
  {
    says: 'that it may not show a field of each friend',
    account: { username: 'field_hidden', friends: 100 },
    fault: { name: 'field-problems' },
    ends: complete(1, 100),
    bought: [100],
  },
];
