import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CheckRecord } from '../../../shared/check/record.ts';
import { DAY_MS } from '../../../shared/times.ts';
import { createAnswers } from '../../../shared/warehouse/answers.ts';
import {
  type CompletedScrapes,
  createCompletedScrapes,
  type PageRow,
} from '../../../shared/warehouse/completed-scrapes.ts';
import { createHistories } from '../../../shared/warehouse/histories.ts';
import { pageRow, startWarehouse } from '../../support/warehouse.ts';

const NOON_MS = Date.UTC(2026, 0, 15, 12);
const iso = (days: number, seconds = 0) => new Date(NOON_MS + days * DAY_MS + seconds * 1000).toISOString();

let on: Awaited<ReturnType<typeof startWarehouse>>;
let scrapes: CompletedScrapes;
beforeAll(async () => {
  on = await startWarehouse();
  scrapes = createCompletedScrapes(on.context);
});
afterAll(() => on.close());

let parents = 0;
/** A parent of its own, and what is stored of it: `day` after the first noon. */
function parent() {
  const parent_id = `77${++parents}`;
  const page = (dispatch_id: string, day: number, more: Partial<PageRow> = {}) =>
    scrapes.append(
      pageRow({
        ...{ parent_id, dispatch_id, fetch_id: `${parent_id}/${dispatch_id}/${more.page_number ?? 1}` },
        ...{
          dispatched_at: iso(day),
          completed_at: iso(day, 10),
          friend_count: 3,
          friends_count: 4,
          ...more,
        },
      }),
    );
  const check = (dispatch_id: string, day: number, base: string, more: Partial<CheckRecord> = {}) =>
    page(dispatch_id, day, {
      ...{ mode: 'check', next_token: 't', check: { ...record(base), ...more } },
      list_order: { compared: 3, displaced: 0, new_on_top: 1, new_below: 0 },
    });
  const history = async (day: number, sinceDay = 0) => {
    const span = { sinceMs: NOON_MS + sinceDay * DAY_MS, atMs: NOON_MS + day * DAY_MS };
    return (await createHistories(on.context).of([parent_id, '1'], span)).get(parent_id);
  };
  const states = async (day: number) =>
    (await history(day))?.reads.map(({ dispatchId, state }) => `${dispatchId} ${state}`) ?? [];
  return { parent_id, page, check, history, states };
}
const record = (base_dispatch_id: string): CheckRecord => ({
  ...{ base_dispatch_id, ended_by: 'overlap', frontier_id: '1', appeared: [], missing: [], withheld: [] },
  ...{ fewer: 0, more: 0, unfound: 0, fruitless: 0 },
});

describe('the reads of a parent', () => {
  test('are those from the last full read on, newest first, with what they say', async () => {
    const { page, check, history, states } = parent();
    await page('older', 0);
    await page('full', 1, { friend_count: 2 });
    await check('a', 2, 'full', { fewer: 1 });
    await check('b', 3, 'a', { frontier_id: null });
    expect(await states(4)).toEqual(['b unaligned', 'a open', 'full complete']);
    expect((await history(4))?.reads.at(-1)).toMatchObject({
      ...{ mode: 'full', modeReason: null, check: null, isCountLookedUp: false, returned: 2 },
    });
    expect((await history(4))?.reads[1]).toMatchObject({
      ...{
        mode: 'check',
        isCountLookedUp: true,
        friendsCount: 4,
        check: { base_dispatch_id: 'full', fewer: 1 },
      },
    });
    expect((await history(1))?.reads.map(({ dispatchId }) => dispatchId)).toEqual(['older']);
    expect(await history(4, 2)).toMatchObject({ reads: [] });
  });

  test('end with an unbroken chain: one with a hole, and one that goes on, are none', async () => {
    const { parent_id, page, states } = parent();
    await page('full', 1);
    const two = { page_number: 2, lineage: [`${parent_id}/holed/1`] };
    await page('holed', 2, two);
    await page('goes on', 3, { next_token: 't' });
    await page('check goes on', 4, {
      mode: 'check',
      next_token: 't',
      check: { ...record('full'), ended_by: null },
    });
    expect(await states(5)).toEqual(['full complete']);
    await page('holed', 2, { next_token: 't' });
    expect(await states(5)).toEqual(['holed complete']);
  });

  test('are those of Dodo: a list that was imported is none, whenever it was read', async () => {
    const { page, check, states } = parent();
    await page('full', 1);
    await check('a', 2, 'full');
    await page('imported', 3, { origin: 'import' });
    expect(await states(4)).toEqual(['a checked', 'full complete']);
  });

  test('that could not go on are none; one whose token X refused is unaligned', async () => {
    const { page, states } = parent();
    await page('full', 1);
    const unavailable = { outcome: 'unavailable', mode: 'check', check: null } as const;
    await page('protected', 2, { ...unavailable, reason: 'protected' });
    await page('refused', 3, { ...unavailable, reason: 'page_token_rejected' });
    expect(await states(4)).toEqual(['refused unaligned', 'full complete']);
  });

  test('begin with no read whose count had collapsed', async () => {
    const { page, check, states } = parent();
    await page('full', 1);
    await page('collapsed', 2, {
      mode: 'check',
      mode_reason: 'count_collapsed',
      check: { ...record('full'), ended_by: 'end' },
    });
    await check('later', 3, 'full');
    expect(await states(4)).toEqual(['later checked', 'collapsed complete', 'full complete']);
  });

  test('tell of their order: those that found nobody out of place together', async () => {
    const { page, check, history } = parent();
    await page('full', 1);
    for (const day of [2, 3, 4]) await check(`c${day}`, day, 'full');
    await page('odd', 5, { list_order: { compared: 9, displaced: 2, new_on_top: 0, new_below: 4 } });
    const order = (await history(6))?.order.toSorted((a, b) => a.displaced - b.displaced);
    expect(order).toEqual([
      { compared: 3, displaced: 0, newOnTop: 3, newBelow: 0 },
      { compared: 9, displaced: 2, newOnTop: 0, newBelow: 4 },
    ]);
  });
});

test('what X has said for a dispatch: the newest answer on each friend, and the count of its parent', async () => {
  const said = (role: string, id: string, status: string, seconds: number, count = 'NULL') =>
    `('r', 'j', 'd', '${role}', '${id}', '${status}', ${count}, 0, 'm', TIMESTAMP '${iso(0)}', TIMESTAMP '${iso(0, seconds)}')`;
  await on.select(
    `INSERT INTO account_metadata (run_id, job, dispatch_id, role, requested_id, status, following_count, cost_usd,
       message_id, dispatched_at, observed_at) VALUES ${[
         said('vanished_friend', '1', 'active', 1),
         said('vanished_friend', '1', 'suspended', 2),
         said('vanished_friend', '2', 'protected', 1),
         said('vanished_friend', '3', 'unknown', 1),
         said('parent', '9', 'active', 1, '41'),
         said('grandparent', '8', 'active', 1, '5'),
       ].join(', ')}`,
  );
  const span = { first: NOON_MS, last: NOON_MS };
  expect(await createAnswers(on.context).of(['d', 'e'], span)).toEqual(
    new Map([
      [
        'd',
        {
          answers: [
            { id: '2', status: 'active' },
            { id: '1', status: 'suspended' },
          ],
          count: 41,
        },
      ],
    ]),
  );
});
