import { expect } from 'vitest';
import { dispatchRun, truthOf } from '../../support/runs.ts';
import type { TestStack } from '../../support/stack.ts';
import { drained } from './world.ts';

const FRIENDS = 250;
/** Stands on the third page of a check: the first has 3 friends, the next ones 10. */
const GONE_AT = 15;
const PAGES = [1, 2, 3];

/** A parent that was read in full, and of which somebody is gone since. */
export interface ToCheck {
  parent: string;
  gone: string;
}

export async function readBefore(on: TestStack, parent: string): Promise<ToCheck> {
  await on.sim('accounts', [{ username: parent, friends: FRIENDS }]);
  await dispatchRun(on, `full-${parent}`, [parent]);
  await drained(on);
  const gone = (await truthOf(on, parent)).friends[GONE_AT]?.id ?? '';
  // Gone, and not counted any more: the check searches until it has found out who it is.
  await on.sim('statuses', [{ account: gone, status: 'deleted' }]);
  return { parent, gone };
}

/** A row a page, each asked for by the token of the one before; X was asked once for each, and for who is gone. */
export async function checkedOnce(on: TestStack, { parent, gone }: ToCheck, runId: string): Promise<void> {
  const pages = await on.select(
    `SELECT page_number, lineage FROM completed_scrapes WHERE run_id = '${runId}' ORDER BY page_number`,
  );
  expect(pages.map(({ page_number, lineage }) => [page_number, (lineage as unknown[]).length])).toEqual(
    PAGES.map((page) => [page, page - 1]),
  );
  expect(await on.sim('calls')).toMatchObject({
    byEndpoint: { 'users/by': 1, users: 1 },
    byParentPage: Object.fromEntries(PAGES.map((page) => [`${parent}/${page}`, 1])),
  });
  const plans = await on.select(`SELECT mode, mode_reason FROM dispatches WHERE run_id = '${runId}'`);
  expect(plans).toEqual([{ mode: 'check', mode_reason: null }]);
  const asked = await on.select(
    `SELECT id, requested_id, status FROM account_metadata WHERE run_id = '${runId}' AND role = 'vanished_friend'`,
  );
  expect(asked).toEqual([{ id: null, requested_id: gone, status: 'not_found' }]);
}

/** It ended as if nothing had happened: the list is as X has it, and one change says who is gone. */
export async function checkIsWhole(on: TestStack, { parent, gone }: ToCheck, runId: string): Promise<void> {
  const ofParent = `parent_username = '${parent}'`;
  const progress = await on.select(`SELECT state FROM dispatch_progress WHERE run_id = '${runId}'`);
  expect(progress).toEqual([{ state: 'checked' }]);
  const current = await on.select(
    `SELECT friend_id FROM current_friends WHERE ${ofParent} ORDER BY friend_id`,
  );
  const { friends } = await truthOf(on, parent);
  expect(current.map(({ friend_id }) => friend_id)).toEqual(friends.map(({ id }) => id).sort());
  const changes = await on.select(
    `SELECT friend_id, change, status_of_friend FROM friend_changes WHERE ${ofParent}`,
  );
  expect(changes).toEqual([{ friend_id: gone, change: 'no_longer_listed', status_of_friend: 'not_found' }]);
}
