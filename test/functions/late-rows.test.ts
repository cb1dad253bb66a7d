import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { stand } from '../../infra/local/x/faults.ts';
import { RetryLater } from '../../shared/errors.ts';
import { DAY_MS } from '../../shared/times.ts';
import { type InProcess, startInProcess } from './in-process.ts';

/** Google's own client tests wait up to two minutes until a query shows a streamed row. */
const LATE_MS = 120_000;

let on: InProcess;
beforeAll(async () => {
  on = await startInProcess([], { lag: { rowMs: () => LATE_MS, columnMs: 0 } });
});
afterAll(() => on.close());
beforeEach(() => {
  on.pages();
  on.requests();
});

const request = (runId: string, parents: unknown[], messageId = runId) => ({
  ...{ job: { name: 'late' }, runId, dispatchedAt: '2026-01-15T08:00:00Z', parents, pageSize: 10 },
  ...{ chunk: { index: 0, of: 1 }, messageId },
});
const calls = () => on.simulator.calls.total;

test('a page that is stored here is bought once, though no query shows it, and its list goes on', async () => {
  await on.instance('pagedispatch')(request('pages', ['parent_1_25']));
  const fetch = on.instance('getpage');
  const pages = on.pages().map((page) => ({ ...page, messageId: `page ${page.pageNumber}` }));
  for (const page of pages) {
    await expect(fetch(page)).resolves.toBe('stored');
    // Longer than a moment in which nothing else can have been stored, shorter than the row is late.
    on.clock.pass(20_000);
  }
  const { total } = on.simulator.calls;
  for (const page of pages) await expect(fetch(page)).resolves.toBe('already-complete');
  expect(calls()).toBe(total);
  expect(await on.select("SELECT * FROM completed_scrapes WHERE run_id = 'pages'")).toEqual([]);
  on.clock.pass(LATE_MS);
  expect(await on.select("SELECT * FROM friends WHERE run_id = 'pages'")).toHaveLength(25);
});

test('a plan is seen at once: another message for its run plans nothing, and asks X nothing', async () => {
  const plan = on.instance('pagedispatch');
  await plan(request('plans', ['parent_2_25']));
  const before = calls();
  await plan(request('plans', ['parent_2_25'], 'another'));
  expect(calls()).toBe(before);
  expect(await on.select("SELECT status FROM dispatches WHERE run_id = 'plans'")).toHaveLength(1);
});

test('what is committed counts at once: the next run of the day has what is left', async () => {
  const plan = on.instance('pagedispatch', { DAILY_BUDGET_USD: '0.15' });
  on.clock.pass(DAY_MS);
  const given = (number: number) => ({ username: `parent_${number}_10`, id: `${number}`, friendsCount: 10 });
  await plan(request('first', [given(1)]));
  await plan(request('second', [given(2)]));
  const [row] = await on.select("SELECT status FROM dispatches WHERE run_id = 'second'");
  expect(row?.status).toBe('over_budget');
});

test('an account that is observed here is looked up once, though no query shows it', async () => {
  const look = on.instance('getmetadata');
  const asked = {
    ...{ runId: 'accounts', dispatchId: 'd', dispatchedAt: '2026-01-15T08:00:00Z', job: { name: 'late' } },
    ...{ role: 'grandparent', username: 'parent_3_10', reason: 'malformed', messageId: 'accounts' },
  };
  expect(await look(asked)).toBe('observed');
  on.clock.pass(60_000);
  expect(await look(asked)).toBe('already-observed');
});

test('a message that comes again finds what it has recorded, also where nobody was told: that is the plan', async () => {
  const ids: string[] = [];
  const deaf = on.instance('pagedispatch', {}, ({ dispatches }) => ({
    dispatches: {
      ...dispatches,
      insert: async (rows, id, counted) => {
        ids.push(id);
        await dispatches.insert(rows, id, counted);
        throw new Error('the instance is gone');
      },
    },
  }));
  await expect(deaf(request('gone', ['parent_4_25']))).rejects.toThrow('gone');
  // The list grows, and the plan is on its way, so that no query shows it when the message comes again.
  const drifts = { name: 'count-drifts', endpoint: 'users/by' };
  on.simulator.faults.push(stand(drifts, on.clock.now()));
  const blind = on.instance('pagedispatch', {}, ({ dispatches }) => {
    let questions = 0;
    return {
      dispatches: {
        ...dispatches,
        of: async (...question) => (questions++ === 0 ? [] : dispatches.of(...question)),
        committed: async (...question) => {
          const { counted, ...sums } = await dispatches.committed(...question);
          return { ...sums, counted: { ...counted, rows: counted.rows - (questions === 1 ? 1 : 0) } };
        },
        insert: async (rows, id, counted) => {
          ids.push(id);
          return dispatches.insert(rows, id, counted);
        },
      },
    };
  });
  expect(await blind(request('gone', ['parent_4_25']))).toBe('planned');
  expect(new Set(ids).size).toBe(1);
  expect(await on.select("SELECT status FROM dispatches WHERE run_id = 'gone'")).toHaveLength(1);
  expect(on.pages().map(({ pageNumber, totalPages }) => [pageNumber, totalPages])).toEqual([
    ...[1, 2, 3].map((pageNumber) => [pageNumber, 3]),
  ]);
});

test('what a look-up has cost is recorded once, also where others plan some of the parents meanwhile', async () => {
  const caps = { MAX_RUN_COST_USD: '0.20' };
  await on.instance('pagedispatch', caps)(request('side by side', ['parent_5_25'], 'another'));
  const blind = on.instance('pagedispatch', caps, ({ dispatches }) => {
    let questions = 0;
    return {
      dispatches: {
        ...dispatches,
        of: async (...question) => (questions++ === 0 ? [] : dispatches.of(...question)),
      },
    };
  });
  expect(await blind(request('side by side', ['parent_5_25', 'parent_6_25'], 'one'))).toBe('planned');
  const rows = await on.select(
    "SELECT parent_username, status, lookup_cost_usd, message_id FROM dispatches WHERE run_id = 'side by side'",
  );
  // The first parent has been looked up by both.
  const refused = (parent_username: string, message_id: string) => ({
    ...{ parent_username, status: 'over_budget', lookup_cost_usd: 0.01, message_id },
  });
  expect(rows.map((row) => ({ ...row, lookup_cost_usd: Number(row.lookup_cost_usd) }))).toEqual([
    refused('parent_5_25', 'another'),
    refused('parent_6_25', 'one'),
    refused('parent_5_25', 'one'),
  ]);
});

describe('while nobody knows what became of a plan', () => {
  /** Of one instance: BigQuery does not say whether it has inserted, until `isBack`. */
  const uncertain = (caps = {}) => {
    const state = { isBack: false };
    const plan = on.instance('pagedispatch', caps, ({ dispatches }) => ({
      dispatches: {
        ...dispatches,
        insert: async (...inserted) => {
          if (!state.isBack) throw new RetryLater('BigQuery did not insert');
          return dispatches.insert(...inserted);
        },
      },
    }));
    return { state, plan };
  };

  test('its message comes again, and X is not paid again for what it has said', async () => {
    const { state, plan } = uncertain();
    const message = request('uncertain', ['parent_11_25', 'parent_12_25']);
    for (let delivery = 0; delivery < 10; delivery++) {
      await expect(plan(message)).rejects.toThrow(RetryLater);
      on.clock.pass(20 * 60_000);
    }
    state.isBack = true;
    const before = calls();
    expect(await plan(message)).toBe('planned');
    expect(calls()).toBe(before);
    const rows = await on.select("SELECT lookup_cost_usd FROM dispatches WHERE run_id = 'uncertain'");
    expect(rows.map((row) => Number(row.lookup_cost_usd))).toEqual([0.01, 0.01]);
    on.clock.pass(LATE_MS);
    expect(await on.select("SELECT id FROM account_metadata WHERE run_id = 'uncertain'")).toHaveLength(2);
  });

  test('what its look-ups have cost counts for others too', async () => {
    const { state, plan } = uncertain({ MAX_RUN_COST_USD: '0.16' });
    await expect(plan(request('limbo', ['parent_13_10']))).rejects.toThrow(RetryLater);
    state.isBack = true;
    const given = { username: 'parent_14_10', id: '14', friendsCount: 11 };
    expect(await plan(request('limbo', [given], 'another'))).toBe('planned');
    const [row] = await on.select("SELECT status FROM dispatches WHERE run_id = 'limbo'");
    expect(row?.status).toBe('over_budget');
  });
});

test('a message that comes again and again records each time what it could not before', async () => {
  const account = { username: 'parent_7_10', id: '7', friendsCount: 10 };
  const withBudget = (usd: string) => on.instance('pagedispatch', { DAILY_BUDGET_USD: usd });
  const days = 14;
  for (let day = 0; day < days; day++) {
    await expect(withBudget('0.05')(request('again', [account]))).resolves.toBe('planned');
    on.clock.pass(DAY_MS);
  }
  await withBudget('5')(request('again', [account]));
  const rows = await on.select("SELECT status FROM dispatches WHERE run_id = 'again' ORDER BY planned_at");
  expect(rows.map(({ status }) => status)).toEqual([...Array(days).fill('over_budget'), 'dispatched']);
});
