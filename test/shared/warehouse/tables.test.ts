import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAccountMetadata, type MetadataRow } from '../../../shared/warehouse/account-metadata.ts';
import { createCompletedScrapes } from '../../../shared/warehouse/completed-scrapes.ts';
import { createDispatches, type DispatchRow } from '../../../shared/warehouse/dispatches.ts';
import { pageRow, startWarehouse } from '../../support/warehouse.ts';

let on: Awaited<ReturnType<typeof startWarehouse>>;
beforeAll(async () => {
  on = await startWarehouse();
});
afterAll(() => on.close());

const dispatchedAtMs = Date.parse('2026-01-15T12:00:00.000Z');

describe('completed_scrapes', () => {
  const parentId = '1600000000000000001';

  test('all rows of a dispatch come back, its lineage too, and nobody else’s', async () => {
    const scrapes = createCompletedScrapes(on.context);
    await scrapes.append(pageRow({ dispatch_id: 'mine', fetch_id: 'f1', next_token: 't2' }));
    await scrapes.append(
      pageRow({ dispatch_id: 'mine', fetch_id: 'f2', page_number: 2, page_token: 't2', lineage: ['f1'] }),
    );
    await scrapes.append(pageRow({ dispatch_id: 'other', fetch_id: 'f3' }));
    const pages = await scrapes.ofDispatch({ dispatchId: 'mine', parentId, dispatchedAtMs });
    expect(pages.sort((a, b) => a.pageNumber - b.pageNumber)).toMatchObject([
      { pageNumber: 1, fetchId: 'f1', nextToken: 't2', pageToken: null, lineage: [] },
      { pageNumber: 2, fetchId: 'f2', nextToken: null, pageToken: 't2', lineage: ['f1'] },
    ]);
  });

  test('two fetches of one page are two rows: each was paid for, and the views pick one', async () => {
    const scrapes = createCompletedScrapes(on.context);
    await scrapes.append(pageRow({ dispatch_id: 'copies', fetch_id: 'c1' }));
    await scrapes.append(pageRow({ dispatch_id: 'copies', fetch_id: 'c2' }));
    const pages = await scrapes.ofDispatch({ dispatchId: 'copies', parentId, dispatchedAtMs });
    expect(pages.map(({ fetchId }) => fetchId).sort()).toEqual(['c1', 'c2']);
  });

  test('many dispatches are read with one query', async () => {
    const scrapes = createCompletedScrapes(on.context);
    const keys = ['mine', 'copies', 'nobody'].map((dispatchId) => ({ dispatchId, parentId, dispatchedAtMs }));
    const pages = await scrapes.ofDispatches(keys);
    expect([...pages].map(([id, rows]) => [id, rows.length]).sort()).toEqual([
      ['copies', 2],
      ['mine', 2],
    ]);
  });

  test('what people write of themselves is stored as they wrote it, whatever the client makes of such words', async () => {
    const friend = {
      position: 1,
      id: '7',
      username: 'bob',
      description: 'See {{projectId}} at {{projectId}}.',
    };
    const row = pageRow({ dispatch_id: 'words', fetch_id: 'words', friend_count: 1, friends: [friend] });
    expect(await createCompletedScrapes(on.context).append(row)).toBe('stored');
    const [stored] = await on.select("SELECT friends FROM completed_scrapes WHERE dispatch_id = 'words'");
    expect(stored?.friends).toMatchObject([{ description: friend.description }]);
  });

  test('a page whose content BigQuery refuses is stored without what it refused, and says so', async () => {
    const scrapes = createCompletedScrapes(on.context);
    const friend = { position: 1, id: '7', username: 'bob', name: 'Bob', created_at: 'not a time' };
    const row = pageRow({ dispatch_id: 'odd', fetch_id: 'odd', friend_count: 1, friends: [friend] });
    expect(await scrapes.append(row)).toBe('reduced');
    const [stored] = await on.select(
      "SELECT friends, problems FROM completed_scrapes WHERE dispatch_id = 'odd'",
    );
    expect(stored?.friends).toMatchObject([
      { position: 1, id: '7', username: 'bob', name: 'Bob', created_at: null },
    ]);
    expect(stored?.problems).toMatch(/"source":"bigquery".*not a time/);
  });
});

describe('a page that BigQuery refuses whatever is left out', () => {
  test('is given up visibly: it ends the list with the reason, and what it cost stays known', async () => {
    const friends = [{ position: 1, id: null as unknown as string, username: 'bob' }];
    const row = pageRow({
      dispatch_id: 'lost',
      fetch_id: 'lost',
      next_token: 't2',
      friend_count: 1,
      friends,
      cost_usd: 0.01,
    });
    expect(await createCompletedScrapes(on.context).append(row)).toBe('reduced');
    const [stored] = await on.select(
      "SELECT state, reason, cost_usd FROM dispatch_progress WHERE dispatch_id = 'lost'",
    );
    expect(stored).toMatchObject({ state: 'unavailable', reason: 'refused' });
    expect(Number(stored?.cost_usd)).toBe(0.01);
  });
});

describe('account_metadata', () => {
  test('is asked by dispatch, role and account: another role is another question', async () => {
    const metadata = createAccountMetadata(on.context);
    const row: MetadataRow = {
      run_id: 'run',
      job: 'job',
      dispatch_id: 'd',
      role: 'grandparent',
      requested_username: null,
      requested_id: '5',
      status: 'not_found',
      requested_fields: ['id'],
      reason: 'test',
      problems: [],
      cost_usd: 0,
      message_id: '1',
      dispatched_at: '2026-01-15T12:00:00.000Z',
      observed_at: '2026-01-15T12:00:01.000Z',
    };
    await metadata.append([row]);
    const key = { dispatchId: 'd', dispatchedAtMs, role: 'grandparent', by: 'id', value: '5' } as const;
    expect(await metadata.has(key)).toBe(true);
    expect(await metadata.has({ ...key, role: 'vanished_friend' })).toBe(false);
    expect(await metadata.has({ ...key, dispatchId: 'e' })).toBe(false);
    expect(await metadata.has({ ...key, by: 'username' })).toBe(false);

    const odd = { ...row, dispatch_id: 'odd', id: '5', username: 'eve', created_at: 'no time' };
    expect(await metadata.append([odd])).toEqual([]);
    expect(await metadata.has({ ...key, dispatchId: 'odd' })).toBe(true);
  });
});

describe('dispatches', () => {
  const row = (more: Partial<DispatchRow>): DispatchRow => ({
    run_id: 'money',
    job: 'job',
    dispatch_id: 'd1',
    origin: null,
    parent_id: '5',
    parent_username: 'alice',
    parent_metadata: null,
    grandparent: null,
    grandparent_id: null,
    grandparent_username: null,
    status: 'dispatched',
    reason: null,
    friends_count: 1000,
    total_pages: 1,
    page_size: 1000,
    max_cost_usd: null,
    planned_cost_usd: 10.01,
    lookup_cost_usd: 0.01,
    republished: false,
    dispatched_at: '2026-01-15T12:00:00.000Z',
    planned_at: '2026-01-15T12:00:01.000Z',
    message_id: '1',
    ...more,
  });

  test('what is committed counts each dispatch once a day, and look-ups of what was not dispatched', async () => {
    const dispatches = createDispatches(on.context);
    await dispatches.append([
      row({}),
      row({ planned_at: '2026-01-15T12:00:02.000Z' }),
      row({ dispatch_id: 'd2', status: 'over_budget', planned_cost_usd: 500.01 }),
      row({ dispatch_id: 'd3', status: 'not_found', planned_cost_usd: null, lookup_cost_usd: 0 }),
      row({ dispatch_id: 'd4', run_id: 'other run', planned_cost_usd: 3, lookup_cost_usd: 0 }),
      row({
        republished: true,
        planned_at: '2026-01-16T08:00:00.000Z',
        planned_cost_usd: 4,
        lookup_cost_usd: 0,
      }),
    ]);
    const at = (time: string) => dispatches.committed('money', dispatchedAtMs, Date.parse(time));
    expect(await at('2026-01-15T13:00:00Z')).toEqual({ runUsd: 10.02, dayUsd: 13.02, runPages: 1 });
    expect(await at('2026-01-16T13:00:00Z')).toEqual({ runUsd: 10.02, dayUsd: 4, runPages: 1 });
    expect(await at('2026-01-17T13:00:00Z')).toEqual({ runUsd: 10.02, dayUsd: 0, runPages: 1 });
  });

  test('a row that BigQuery refuses keeps no other from being stored: its core is, or it is told', async () => {
    const of = (dispatch_id: string, more: Partial<DispatchRow>) =>
      row({ run_id: 'odd', dispatch_id, ...more });
    const rows = [
      of('sound', {}),
      of('reduced', { max_cost_usd: 1e30, grandparent: '{}' }),
      of('refused', { dispatched_at: 'no time' }),
    ];
    const refused = await createDispatches(on.context).append(rows);
    expect(refused).toEqual([{ index: 2, reasons: [expect.stringMatching('dispatched_at')] }]);
    expect(
      await on.select(
        "SELECT dispatch_id, max_cost_usd, grandparent FROM dispatches WHERE run_id = 'odd' ORDER BY dispatch_id",
      ),
    ).toEqual([
      { dispatch_id: 'reduced', max_cost_usd: null, grandparent: null },
      { dispatch_id: 'sound', max_cost_usd: null, grandparent: null },
    ]);
  });

  test('the rows of a dispatch come back earliest first', async () => {
    const planned = await createDispatches(on.context).of('money', ['d1'], dispatchedAtMs);
    expect(planned.map(({ republished }) => republished)).toEqual([false, false, true]);
  });
});
