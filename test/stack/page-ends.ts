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

type Friends = number | Omit<DeclaredAccount, 'username'>;

/** The end: state, reason, pages stored, friends listed. */
const row = (
  says: string,
  username: string,
  friends: Friends,
  fault: PageEnd['fault'],
  [state, reason, pages_done, friends_listed]: [string, string | null, number, number],
  bought: number[],
): PageEnd => ({
  ...{ says, fault, bought, ends: { state, reason, pages_done, friends_listed } },
  account: { username, ...(typeof friends === 'number' ? { friends } : friends) },
});

const [endpoint, gone] = ['users/:id/following', 'unavailable'];
const tens = Array.from({ length: 10 }, () => 100);

// biome-ignore format: a table
export const PAGE_ENDS: PageEnd[] = [
  row('protected, though the plan knows its id and count', 'locked', 250, { name: 'protected', endpoint },
    [gone, 'protected', 0, 0], []),
  row('protected, in a 403', 'locked_403', 250, { name: 'protected', endpoint, status: 403 },
    [gone, 'protected', 0, 0], []),
  row('no such account, in a 404', 'gone', 250, { name: 'not-found', endpoint, status: 404 },
    [gone, 'not_found', 0, 0], []),
  row('suspended, between two pages', 'suspended_mid', 250, { name: 'suspended', page: 2 },
    ['partial', 'suspended', 1, 100], [100]),
  row('that its own page token is not valid', 'token_refused', 250, { name: 'token-rejected', page: 2 },
    ['partial', 'page_token_rejected', 1, 100], [100]),
  row('a next token that it gave before', 'loops', 250, { name: 'repeated-token', page: 2 },
    ['partial', 'cursor_loop', 1, 200], [100, 100]),
  row('empty pages with a token, without end', 'empty_for_ever', 250, { name: 'empty-page' },
    ['partial', 'cursor_loop', 2, 0], [0, 0, 0]),
  row('two empty pages, and then the list', 'empty_twice', 1000, { name: 'empty-page', times: 2 },
    ['complete', null, 12, 1000], [0, 0, ...tens]),
  row('ten times as many friends as it counted', 'over_plan', { friends: 1000, saysCount: 100 }, null,
    ['complete', null, 10, 1000], tens),
  row('that the request is not valid', 'refused', 250, { name: 'refused', endpoint },
    [gone, 'refused', 0, 0], []),
  row('that it may not show a field of each friend', 'field_hidden', 100, { name: 'field-problems' },
    ['complete', null, 1, 100], [100]),
];
