import { expect, test } from 'vitest';
import { reads, viewFiles } from '../../infra/bigquery/files.ts';
import { emptyWarehouse, openWarehouse, VIEWS, type ViewName } from './warehouse.ts';

openWarehouse();

const FILES = viewFiles();

test('each view is a file, and each file a view', () => {
  expect(FILES.map(({ name }) => name).sort()).toEqual([...VIEWS].sort());
});

test.each(FILES)(
  '$name says what a row is, and describes its columns, all of them and in order',
  async ({ name, description, columns }) => {
    const warehouse = await emptyWarehouse();
    expect(description).toMatch(/^One row per /);
    expect([...columns.keys()]).toEqual(await warehouse.columns(name as ViewName));
  },
);

/** What services, commands and analysts rely on; further columns may follow. */
const PROMISED: Partial<Record<ViewName, string>> = {
  friends:
    'run_id, dispatch_id, dispatched_at, parent_id, parent_username, page_number, position, friend_id, friend_username',
  current_friends:
    'run_id, dispatch_id, dispatched_at, parent_id, parent_username, page_number, position, friend_id, friend_username',
  dispatch_progress:
    'run_id, job, dispatch_id, parent_id, parent_username, status, state, reason, total_pages, pages_done, friends_count, friends_listed, planned_cost_usd, cost_usd, dispatched_at, first_completed_at, last_completed_at',
  friend_changes:
    'parent_id, parent_username, friend_id, friend_username, change, status_of_friend, absent_dispatches, previous_dispatch_id, dispatch_id, not_before, not_after',
  daily_cost: 'day, job, planned_cost_usd, cost_usd, pages, friends',
};

test.each(Object.entries(PROMISED))(
  '%s begins with the columns that the design promises',
  async (view, columns) => {
    const names = await (await emptyWarehouse()).columns(view as ViewName);
    expect(names.join(', ')).toMatch(new RegExp(`^${columns}(, |$)`));
  },
);

test('views read from one another in four layers at most: Terraform makes one layer after the other', () => {
  const layerOf = (view: (typeof FILES)[number]): number =>
    1 + Math.max(0, ...FILES.filter((other) => reads(view, other)).map(layerOf));
  expect(Math.max(...FILES.map(layerOf))).toBe(4);
});

test.each(FILES)('$name keeps what its filters need in every window', ({ sql }) => {
  const windows = [...sql.matchAll(/PARTITION BY\s+([^)]*?)(?:\s+ORDER BY|\))/g)].map(
    ([, keys]) => keys ?? '',
  );
  // Of an account the whole history counts; a plan has no pages, and its partition is no part of what it is.
  const prunes = /dispatched_at|parent_id|account_id|run_id, dispatch_id/;
  expect(windows.filter((keys) => !prunes.test(keys))).toEqual([]);
});
