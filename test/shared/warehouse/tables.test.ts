import type { BigQuery } from '@google-cloud/bigquery';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Log } from '../../../shared/log.ts';
import { AS_ASKED, columnsOfReading } from '../../../shared/plan/reading.ts';
import { createAccountMetadata, type MetadataRow } from '../../../shared/warehouse/account-metadata.ts';
import { createCompletedScrapes } from '../../../shared/warehouse/completed-scrapes.ts';
import {
  type Counted,
  createDispatches,
  type DispatchRow,
  type NewPlanning,
} from '../../../shared/warehouse/dispatches.ts';
import type { Insertion } from '../../../shared/warehouse/insert-once.ts';
import { problemsColumn } from '../../../shared/warehouse/problems-column.ts';
import { pageRow, startWarehouse } from '../../support/warehouse.ts';

let on: Awaited<ReturnType<typeof startWarehouse>>;
beforeAll(async () => {
  // Neither is a name in SQL unless it is quoted.
  on = await startWarehouse({ project: 'acme-12c1', dataset: '2026_follows' });
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
    expect(await createCompletedScrapes(on.context).append(row)).toEqual({ how: 'stored', row });
    const [stored] = await on.select("SELECT friends FROM completed_scrapes WHERE dispatch_id = 'words'");
    expect(stored?.friends).toMatchObject([{ description: friend.description }]);
  });

  test('a page whose content BigQuery refuses is stored without what it refused, and says so', async () => {
    const scrapes = createCompletedScrapes(on.context);
    const friend = { position: 1, id: '7', username: 'bob', name: 'Bob', created_at: 'not a time' };
    const row = pageRow({ dispatch_id: 'odd', fetch_id: 'odd', friend_count: 1, friends: [friend] });
    expect(await scrapes.append(row)).toMatchObject({ how: 'reduced', row: { outcome: 'scraped' } });
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
    const appended = await createCompletedScrapes(on.context).append(row);
    expect(appended).toMatchObject({ how: 'reduced', row: { outcome: 'unavailable', next_token: null } });
    const [stored] = await on.select(
      "SELECT state, reason, cost_usd FROM dispatch_progress WHERE dispatch_id = 'lost'",
    );
    expect(stored).toMatchObject({ state: 'unavailable', reason: 'refused' });
    expect(Number(stored?.cost_usd)).toBe(0.01);
  });
});

describe('more problems than a request holds', () => {
  // Of each of 12 fields of 1,000 friends, in the words of X.
  const detail = `Sorry, you are not authorized to access 'location'. ${'"'.repeat(300)}`;
  const problems = Array.from({ length: 12_000 }, () => ({ source: 'x' as const, title: 'Field', detail }));

  test('a page is stored with its friends, and says how many are left out', async () => {
    const friends = [{ position: 1, id: '7', username: 'bob' }];
    const row = pageRow({ dispatch_id: 'many', fetch_id: 'many', friend_count: 1, friends, problems });
    await expect(createCompletedScrapes(on.context).append(row)).resolves.toMatchObject({ how: 'stored' });
    const [stored] = await on.select(
      "SELECT friend_count, problems FROM completed_scrapes WHERE dispatch_id = 'many'",
    );
    const kept: unknown[] = JSON.parse(String(stored?.problems));
    expect(stored?.friend_count).toBe(1);
    expect(kept.length).toBeGreaterThan(1000);
    expect(kept.at(-1)).toMatchObject({ detail: `${12_001 - kept.length} more are not kept.` });
  });

  test('what BigQuery said is kept among them', async () => {
    const said = { source: 'bigquery' as const, title: 'row refused' };
    expect(problemsColumn([...problems, said])).toContain('{"source":"bigquery","title":"row refused"}');
    expect(problemsColumn([said])).toBe('[{"source":"bigquery","title":"row refused"}]');
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
  const row = (more: Partial<NewPlanning>): NewPlanning => ({
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
    max_friends: 1000,
    after_page: null,
    max_cost_usd: null,
    planned_cost_usd: 9.01,
    committed_cost_usd: 10.01,
    lookup_cost_usd: 0.01,
    republished: false,
    ...columnsOfReading(AS_ASKED),
    ...{ keyframe_days: null, max_depth: null },
    dispatched_at: '2026-01-15T12:00:00.000Z',
    planned_at: '2026-01-15T12:00:01.000Z',
    message_id: '1',
    seen: 0,
    ...more,
  });

  /** Of the rows of their run, on their day, as of now. */
  async function counted(rows: NewPlanning[]): Promise<Counted> {
    const [{ run_id, planned_at }] = rows as [NewPlanning];
    const dispatches = createDispatches(on.context);
    return (await dispatches.committed(run_id, dispatchedAtMs, Date.parse(planned_at))).counted;
  }
  const inserted = async (rows: NewPlanning[], id: string): Promise<Insertion> =>
    createDispatches(on.context).insert(rows, id, await counted(rows));

  test('what is committed counts each dispatch once a day, and each look-up, also of what was not dispatched', async () => {
    const dispatches = createDispatches(on.context);
    const rows = [
      row({}),
      row({ planned_at: '2026-01-15T12:00:02.000Z', committed_cost_usd: 10, lookup_cost_usd: 0 }),
      row({ dispatch_id: 'd2', status: 'over_budget', committed_cost_usd: 500.01 }),
      row({ dispatch_id: 'd2', status: 'over_budget', message_id: '2' }),
      row({ dispatch_id: 'd3', status: 'not_found', committed_cost_usd: null, lookup_cost_usd: 0 }),
      row({ dispatch_id: 'd4', run_id: 'other run', committed_cost_usd: 3, lookup_cost_usd: 0 }),
      row({
        republished: true,
        planned_at: '2026-01-16T08:00:00.000Z',
        committed_cost_usd: 4,
        lookup_cost_usd: 0,
      }),
    ];
    expect(await inserted(rows, 'money')).toEqual({ how: 'inserted' });
    const at = (time: string) => dispatches.committed('money', dispatchedAtMs, Date.parse(time));
    expect(await at('2026-01-15T13:00:00Z')).toMatchObject({ runUsd: 10.03, dayUsd: 13.03, runPages: 1 });
    expect(await at('2026-01-16T13:00:00Z')).toMatchObject({ runUsd: 10.03, dayUsd: 4, runPages: 1 });
    expect(await at('2026-01-17T13:00:00Z')).toMatchObject({ runUsd: 10.03, dayUsd: 0, runPages: 1 });
  });

  test('what was committed to a list that went on counts on its day, and each time once', async () => {
    const dispatches = createDispatches(on.context);
    const more = (after_page: number, planned_at: string, of: Partial<DispatchRow> = {}) =>
      row({
        ...{ run_id: 'goes on', after_page, planned_at, total_pages: after_page + 1 },
        ...{ max_friends: 1000 * (after_page + 1), committed_cost_usd: 10, lookup_cost_usd: 0, ...of },
      });
    const rows = [
      row({ run_id: 'goes on', planned_at: '2026-02-01T12:00:00Z' }),
      more(1, '2026-02-01T13:00:00Z'),
      more(1, '2026-02-01T13:00:01Z'),
      more(2, '2026-02-02T12:00:00Z'),
      more(3, '2026-02-02T13:00:00Z', { status: 'over_budget' }),
    ];
    await inserted(rows, 'goes-on');
    const at = (time: string) => dispatches.committed('goes on', dispatchedAtMs, Date.parse(time));
    expect(await at('2026-02-01T23:00:00Z')).toMatchObject({ runUsd: 30.01, runPages: 3 });
    expect(await at('2026-02-02T23:00:00Z')).toMatchObject({ dayUsd: 10 });
  });

  test('a look-up counts with each message that asked for it', async () => {
    const dispatches = createDispatches(on.context);
    const asked = (message_id: string, more: Partial<DispatchRow> = {}) =>
      row({ run_id: 'unknown', status: 'unknown', committed_cost_usd: null, message_id, ...more });
    const [first, second] = [asked('1'), asked('2', { planned_at: '2026-03-01T08:00:00.000Z' })];
    await inserted([first, second], 'unknown');
    const at = (time: string) => dispatches.committed('unknown', dispatchedAtMs, Date.parse(time));
    expect(await at('2026-03-01T13:00:00Z')).toMatchObject({ runUsd: 0.02, dayUsd: 0.01, runPages: 0 });
  });

  test('a row of before there was a bound counts with what it was planned to cost', async () => {
    const dispatches = createDispatches(on.context);
    await inserted([row({ run_id: 'old', committed_cost_usd: null, max_friends: null })], 'old');
    expect(await dispatches.committed('old', dispatchedAtMs, dispatchedAtMs)).toMatchObject({ runUsd: 9.01 });
  });

  describe('are inserted under an id of their own', () => {
    const countOf = async (runId: string) => {
      const [found] = await on.select(`SELECT COUNT(*) AS n FROM dispatches WHERE run_id = '${runId}'`);
      return found?.n;
    };

    test('once: a second try finds the first, and takes no effect', async () => {
      const rows = [row({ run_id: 'once' })];
      expect(await inserted(rows, 'once_0')).toEqual({ how: 'inserted' });
      expect(await inserted(rows, 'once_0')).toEqual({ how: 'inserted before' });
      const later = [row({ run_id: 'once', seen: 1 })];
      const sideBySide = await Promise.all([1, 2].map(() => inserted(later, 'once_1')));
      expect(sideBySide.map(({ how }) => how).sort()).toEqual(['inserted', 'inserted before']);
      expect(await countOf('once')).toBe(2);
    });

    test('none whose dispatch somebody else has planned since: nobody acts any more on what takes effect so late', async () => {
      const of = (dispatch_id: string, seen: number) => row({ run_id: 'late', dispatch_id, seen });
      expect(await inserted([of('d1', 0)], 'late_0')).toEqual({ how: 'inserted' });
      expect(await inserted([of('d1', 0), of('d2', 0)], 'late_1')).toEqual({ how: 'overtaken' });
      expect(await countOf('late')).toBe(2);
      expect(await inserted([of('d1', 1)], 'late_2')).toEqual({ how: 'inserted' });
    });

    test.each([
      ['of-the-run', { run_id: 'counted', planned_at: '2026-04-02T12:00:00.000Z' }],
      ['of-the-day', { run_id: 'counted too', planned_at: '2026-04-01T23:00:00.000Z' }],
    ])('none where others have spent what their budget counted on: %s', async (name, others) => {
      const mine = { run_id: 'counted', planned_at: '2026-04-01T12:00:00.000Z' };
      const before = await counted([row(mine)]);
      await inserted([row({ ...others, dispatch_id: `of others ${name}` })], `others_${name}`);
      const late = [row({ ...mine, dispatch_id: name }), row({ ...mine, dispatch_id: `${name} too` })];
      const { insert } = createDispatches(on.context);
      expect(await insert(late, `counted_${name}_0`, before)).toEqual({ how: 'overtaken' });
      expect(await inserted(late, `counted_${name}_1`)).toEqual({ how: 'inserted' });
    });

    test('all of them or none; what is refused for its content is refused again under its id', async () => {
      const rows = [row({ run_id: 'odd' }), row({ run_id: 'odd', max_cost_usd: 1e30 })];
      const refused = { how: 'refused', reasons: [expect.anything()] };
      expect(await inserted(rows, 'odd_0')).toMatchObject(refused);
      expect(await inserted(rows, 'odd_0')).toMatchObject(refused);
      expect(await countOf('odd')).toBe(0);
      expect(await inserted(rows.slice(0, 1), 'odd_1')).toEqual({ how: 'inserted' });
    });

    test('under another id where a job came to nothing for no fault of theirs', async () => {
      const errorResult = { reason: 'backendError', message: 'An internal error occurred.' };
      const job = {
        getQueryResults: () => Promise.reject(new Error(errorResult.message)),
        getMetadata: async () => [{ status: { state: 'DONE', errorResult } }],
      };
      const bigquery = {
        createQueryJob: () => Promise.reject(Object.assign(new Error('Already Exists'), { code: 409 })),
        dataset: () => ({ getMetadata: async () => [{ location: 'EU' }] }),
        job: () => job,
      } as unknown as BigQuery;
      const { insert } = createDispatches({ ...on.context, bigquery });
      expect(await insert([row({})], 'taken', await counted([row({})]))).toEqual({ how: 'failed before' });
    });

    test('later, where 400 is said of something that passes; what a request is refused for is told', async () => {
      const told: unknown[] = [];
      const error: Log['error'] = ({ alert, ...fields }) => void told.push({ alert, ...fields });
      const insertedWhere = async (reason: string) => {
        const refusal = { code: 400, errors: [{ reason, message: reason }] };
        const createQueryJob = () => Promise.reject(Object.assign(new Error(reason), refusal));
        const bigquery = { createQueryJob } as unknown as BigQuery;
        const { insert } = createDispatches({ ...on.context, bigquery, log: { error } });
        return insert([row({})], 'id', await counted([row({})]));
      };
      for (const reason of ['jobRateLimitExceeded', 'resourcesExceeded', 'jobInternalError'])
        await expect(insertedWhere(reason)).rejects.toThrow(`BigQuery did not insert: ${reason}`);
      expect(told).toEqual([]);
      expect(await insertedWhere('invalid')).toEqual({ how: 'refused', reasons: ['invalid'] });
      expect(told).toEqual([{ alert: true, table: 'dispatches', rows: 1, detail: 'invalid' }]);
    });

    test('as they are: every column, and whatever people write', async () => {
      const text = 'a {{projectId}}, "quoted", \\ and \u0001, 𝒰𝓃𝒾𝒸𝑜𝒹𝑒';
      const columns = {
        run_id: 'as it is',
        reason: text,
        parent_metadata: JSON.stringify({ text }),
        after_page: 2,
      };
      const written = row({ ...columns, max_cost_usd: 0.000001, origin: 'somebody', grandparent_id: '9' });
      await inserted([written], 'as-it-is');
      const [stored] = await on.select("SELECT * FROM dispatches WHERE run_id = 'as it is'");
      const plain = Object.fromEntries(
        Object.entries(stored ?? {}).map(([name, value]) => {
          if (name.endsWith('_usd')) return [name, Number(value)];
          return [name, name.endsWith('_at') ? (value as { value: string }).value : value];
        }),
      );
      const { seen: _, ...ofTable } = written;
      expect(plain).toEqual(ofTable);
    });
  });

  test('the rows of a dispatch come back earliest first', async () => {
    const planned = await createDispatches(on.context).of('money', ['d1'], dispatchedAtMs);
    expect(planned.map(({ republished }) => republished)).toEqual([false, false, true]);
  });
});
