import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { changeStatuses } from '../../infra/local/x/orders.ts';
import { RetryLater } from '../../shared/errors.ts';
import type { DispatchRequest } from '../../shared/messages/dispatch-request.ts';
import { DAY_MS, isoOf, MINUTE_MS } from '../../shared/times.ts';
import { Checking } from './checking.ts';
import { type InProcess, startInProcess } from './in-process.ts';

let on: InProcess;
let checks: Checking;
beforeAll(async () => {
  on = await startInProcess();
  on.simulator.world.losses = { lost: 0, back: 0 };
  checks = new Checking(on);
});
afterAll(() => on.close());
beforeEach(() => {
  on.pages();
  on.requests();
  on.questions();
});

const gone = (account: string | undefined, status = 'deleted' as const) =>
  changeStatuses(on.simulator.world, [{ account: account ?? '', status }]);
const bought = () => on.simulator.calls.users;
const checkOf = (name: string): DispatchRequest =>
  checks.request([name], { mode: 'check', keyframeDays: 366 });

/** A parent that was read, and of which a friend has gone that stands on the fifth page of a check. */
async function searched(name: string) {
  const { friends } = checks.parent(name, 300);
  await checks.full(name);
  const missing = friends()[40];
  gone(missing);
  return { missing };
}

describe('buys nothing again', () => {
  test('where each page comes three times', async () => {
    await searched('thrice');
    const once = await searched('once');
    const alone = await checks.deliver(checkOf('once'));
    const came = await checks.deliver(checkOf('thrice'), {}, 3);
    expect(came.pages.map(({ page_number }) => page_number)).toEqual(
      alone.pages.map(({ page_number }) => page_number),
    );
    expect(came.bought).toBe(alone.bought);
    expect(alone.pages.at(-1)?.check).toMatchObject({ missing: [once.missing] });
    // Each asks for the page after it once, however often it comes.
    expect(came.asked.map(({ pageNumber }) => pageNumber)).toEqual([1, 2, 3, 4, 5]);
  });

  test('where its pages come again in any order, or its run is published again, also on a later day', async () => {
    await searched('again');
    const request = checkOf('again');
    const came = await checks.deliver(request);
    const before = bought();
    const fetch = on.instance('getpage');
    for (const page of came.asked.toReversed())
      await fetch({ ...page, messageId: `again ${page.pageNumber}` });
    expect(on.pages()).toEqual([]);
    on.questions();
    const { plans } = await checks.deliver(request);
    on.clock.pass(DAY_MS);
    expect((await checks.deliver(request)).plans).toEqual(plans);
    expect((await checks.deliver({ ...request, mode: 'full' })).plans).toEqual(plans);
    expect(bought()).toBe(before);
  });

  test('where its planning comes again before any page: one page is asked for, and one look-up made', async () => {
    await searched('twice_planned');
    const request = checkOf('twice_planned');
    const before = bought();
    for (const messageId of ['p1', 'p1', 'p2']) await on.instance('pagedispatch')({ ...request, messageId });
    expect(bought() - before).toBe(1);
    const pages = on.pages();
    expect(pages).toEqual(Array(3).fill(pages[0]));
    expect(pages[0]).toMatchObject({ pageNumber: 1, mode: 'check' });
  });
});

describe('goes on where it was broken off', () => {
  test('when nobody could publish the next page after one was stored', async () => {
    await searched('unpublished');
    await on.instance('pagedispatch')({ ...checkOf('unpublished'), messageId: 'u' });
    const [page] = on.pages();
    const mute = on.instance('getpage', {}, ({ bus }) => ({
      bus: { ...bus, publish: () => Promise.reject(new RetryLater('Pub/Sub is away')) },
    }));
    await expect(mute({ ...page, messageId: 'u1' })).rejects.toThrow(RetryLater);
    const before = bought();
    expect(await on.instance('getpage')({ ...page, messageId: 'u1' })).toBe('already-complete');
    expect(on.pages()).toMatchObject([{ pageNumber: 2, mode: 'check' }]);
    expect(bought()).toBe(before);
  });

  test('when its next page was lost: a republication asks for that one alone', async () => {
    await searched('lost');
    const request = checkOf('lost');
    await on.instance('pagedispatch')({ ...request, messageId: 'l' });
    for (const page of on.pages()) await on.instance('getpage')({ ...page, messageId: 'l1' });
    on.pages();
    on.clock.pass(DAY_MS);
    const came = await checks.deliver(request);
    expect(came.asked.map(({ pageNumber }) => pageNumber)).toEqual([2, 3, 4, 5]);
    // What is left of the plan counts on the day on which it is bought.
    expect(came.plans.at(-1)).toMatchObject({ republished: true, mode: 'check', max_friends: 299 });
    expect(Number(came.plans.at(-1)?.committed_cost_usd)).toBe(2.96);
  });

  test('when what was missed was not asked about', async () => {
    const { friends } = checks.parent('unasked', 300);
    const [newest] = friends();
    await checks.full('unasked');
    gone(newest);
    await on.instance('pagedispatch')({ ...checkOf('unasked'), messageId: 'q' });
    const [page] = on.pages();
    const mute = on.instance('getpage', {}, ({ bus }) => ({
      bus: { ...bus, publish: () => Promise.reject(new RetryLater('Pub/Sub is away')) },
    }));
    await expect(mute({ ...page, messageId: 'q1' })).rejects.toThrow(RetryLater);
    await on.instance('getpage')({ ...page, messageId: 'q1' });
    expect(on.questions()).toMatchObject([{ role: 'vanished_friend', id: newest }]);
  });
});

test('a check asks for what it rests on once, however many pages it has', async () => {
  const { missing } = await searched('asks_once');
  await on.instance('pagedispatch')({ ...checkOf('asks_once'), messageId: 'a' });
  let asked = 0;
  const counting = on.instance('getpage', {}, ({ knownLists }) => ({
    knownLists: {
      forgotten: () => knownLists.forgotten(),
      pagesOf: (span, names) => {
        asked++;
        return knownLists.pagesOf(span, names);
      },
    },
  }));
  let pages = 0;
  for (let [page] = on.pages(); page; [page] = on.pages())
    await counting({ ...page, messageId: `a${++pages}` });
  expect([pages, asked]).toEqual([5, 1]);
  const [question] = on.questions();
  expect(question).toMatchObject({ id: missing });
});

describe('buys nothing before it can conclude', () => {
  test('while no query shows what it rests on', async () => {
    await searched('unseen_base');
    await on.instance('pagedispatch')({ ...checkOf('unseen_base'), messageId: 'b' });
    const [page] = on.pages();
    const blind = on.instance('getpage', {}, ({ knownLists }) => ({
      knownLists: { ...knownLists, pagesOf: async () => [] },
    }));
    const before = bought();
    await expect(blind({ ...page, messageId: 'b1' })).rejects.toThrow('what the check rests on');
    expect(bought()).toBe(before);
  });

  test('and knows its own pages although no query shows them yet', async () => {
    const { missing } = await searched('unseen_pages');
    await on.instance('pagedispatch')({ ...checkOf('unseen_pages'), messageId: 'o' });
    const blind = on.instance('getpage', {}, ({ knownLists }) => ({
      knownLists: {
        ...knownLists,
        pagesOf: async (span, names) =>
          (await knownLists.pagesOf(span, names)).filter(({ dispatchId }) => dispatchId !== span.dispatchId),
      },
    }));
    for (let [page] = on.pages(); page; [page] = on.pages())
      expect(await blind({ ...page, messageId: `o${page.pageNumber}` }).catch(String)).toBe('stored');
    const rows = await on.select(
      `SELECT page_number, \`check\` FROM completed_scrapes
       WHERE parent_username = 'unseen_pages' AND mode = 'check' ORDER BY page_number`,
    );
    expect(rows.map(({ page_number }) => page_number)).toEqual([1, 2, 3, 4, 5]);
    expect(rows.at(-1)?.check).toMatchObject({ ended_by: 'overlap', missing: [missing] });
  });
});

describe('beside a full read of the same parent', () => {
  test('a check rests on what was over before it, and the next one on the full read', async () => {
    const { friends } = checks.parent('beside', 300);
    const older = await checks.full('beside');
    await on.instance('pagedispatch')({ ...checks.request(['beside']), messageId: 'full' });
    const [full] = on.pages();
    const check = await checks.deliver(checkOf('beside'));
    expect(check.plans).toMatchObject([{ mode: 'check', base_dispatch_id: older.plans[0]?.dispatch_id }]);
    expect(check.bought).toBe(1 + 3);
    await on.instance('getpage')({ ...full, messageId: 'full page' });
    const [newest] = friends();
    gone(newest);
    const next = await checks.deliver(checkOf('beside'));
    expect(next.plans).toMatchObject([{ mode: 'check', base_dispatch_id: full?.dispatchId }]);
    expect(next.pages).toMatchObject([{ check: { ended_by: 'overlap', missing: [newest] } }]);
  });

  test('a check does not rest on what was not over when it was dispatched', async () => {
    const { friends } = checks.parent('early', 300);
    await checks.full('early');
    const older = await checks.deliver(checkOf('early'));
    const request = checkOf('early');
    gone(friends()[0]);
    const soon = isoOf(Date.parse(request.dispatchedAt ?? '') + MINUTE_MS);
    await checks.deliver({ ...checkOf('early'), dispatchedAt: soon });
    const late = await checks.deliver(request);
    expect(late.plans).toMatchObject([{ mode: 'check', base_dispatch_id: older.plans[0]?.dispatch_id }]);
    expect(late.pages).toMatchObject([{ check: { missing: [expect.any(String)] } }]);
  });

  test('two checks with one base conclude the same, and the third rests on the later one', async () => {
    const { friends } = checks.parent('two', 300);
    await checks.full('two');
    const [newest] = friends();
    gone(newest);
    const requests = [checkOf('two'), checkOf('two')];
    for (const [at, request] of requests.entries())
      await on.instance('pagedispatch')({ ...request, messageId: `two ${at}` });
    const pages = on.pages();
    for (const page of pages) await on.instance('getpage')({ ...page, messageId: page.dispatchId });
    const stored = await Promise.all(requests.map(({ runId }) => checks.stored(runId ?? '')));
    expect(stored.map((each) => each.pages[0]?.check)).toMatchObject(
      Array(2).fill({ missing: [newest], base_dispatch_id: pages[0]?.check?.baseDispatchId }),
    );
    on.questions();
    expect((await checks.deliver(checkOf('two'))).plans).toMatchObject([
      { base_dispatch_id: pages[1]?.dispatchId },
    ]);
  });
});

test('a parent that turns protected midway is never a base, and its list is as it was', async () => {
  await searched('protects');
  const base = await checks.stored('none');
  expect(base.plans).toEqual([]);
  const request = checkOf('protects');
  await on.instance('pagedispatch')({ ...request, messageId: 'h' });
  const [first] = on.pages();
  await on.instance('getpage')({ ...first, messageId: 'h1' });
  changeStatuses(on.simulator.world, [{ account: 'protects', status: 'protected' }]);
  const [second] = on.pages();
  await on.instance('getpage')({ ...second, messageId: 'h2' });
  expect((await checks.stored(request.runId ?? '')).pages).toMatchObject([
    { outcome: 'scraped', check: { ended_by: null } },
    { outcome: 'unavailable', reason: 'protected', check: null, mode: 'check' },
  ]);
  changeStatuses(on.simulator.world, [{ account: 'protects', status: 'active' }]);
  expect((await checks.deliver(checkOf('protects'))).plans).toMatchObject([
    { mode: 'check', base_dispatch_id: first?.base?.dispatchId },
  ]);
});

test('where X refuses a token with another number of friends, the next dispatch is a full read', async () => {
  await searched('refuses');
  await on.instance('pagedispatch')({ ...checkOf('refuses'), messageId: 'r' });
  const [first] = on.pages();
  await on.instance('getpage')({ ...first, messageId: 'r1' });
  const alerts: string[] = [];
  const note = () => undefined;
  const said = (fields: object, message: string) => void ('alert' in fields && alerts.push(message));
  const fetch = on.instance('getpage', {}, () => ({
    log: { debug: note, info: note, warn: note, error: said },
    x: {
      following: async () => ({
        answer: { kind: 'unavailable', reason: 'page_token_rejected', detail: 'no', problems: [] },
        rate: null,
      }),
      lookup: () => Promise.reject(new Error('nobody is looked up')),
    },
  }));
  const [second] = on.pages();
  await fetch({ ...second, messageId: 'r2' });
  expect(alerts).toMatchObject([expect.stringContaining('checks rest on')]);
  expect((await checks.deliver(checkOf('refuses'))).plans).toMatchObject([
    { mode: 'full', mode_reason: 'unaligned' },
  ]);
});

test('a list in another order than it was known in is read in full from then on, with an alert', async () => {
  const { id, friends } = checks.parent('shuffled', 300);
  await checks.full('shuffled');
  const { world } = on.simulator;
  const moved = friends().slice(100, 104);
  const where = { account: id, place: 200, day: world.day, days: 1000 };
  world.misplaced = [...(world.misplaced ?? []), ...moved.map((friend) => ({ ...where, friend }))];
  const daily = { keyframeDays: 1 };
  expect((await checks.check('shuffled', daily)).plans).toMatchObject([{ mode: 'check' }]);
  const keyframe = await checks.check('shuffled', daily);
  expect(keyframe.plans).toMatchObject([{ mode: 'full', mode_reason: 'keyframe' }]);
  expect(keyframe.pages[0]?.list_order).toMatchObject({ compared: 300, displaced: 4 });

  const alerts: unknown[] = [];
  const note = () => undefined;
  const error = (fields: object) => void ('alert' in fields && alerts.push(fields));
  const plan = on.instance('pagedispatch', {}, () => ({
    log: { debug: note, info: note, warn: note, error },
  }));
  const request = checks.request(['shuffled'], { mode: 'check' });
  await plan({ ...request, messageId: 's' });
  expect((await checks.stored(request.runId ?? '')).plans).toMatchObject([
    { mode: 'full', mode_reason: 'order_broken' },
  ]);
  expect(alerts).toMatchObject([{ parent: 'shuffled', alert: true }]);
});

/** A list of which four friends have been moved, and that a full read has found so. */
async function foundBroken(name: string, job: object) {
  const { id, friends } = checks.parent(name, 300);
  await checks.full(name, job);
  const { world } = on.simulator;
  const moved = friends().slice(100, 104);
  const where = { account: id, place: 200, day: world.day, days: 1000 };
  world.misplaced = [...(world.misplaced ?? []), ...moved.map((friend) => ({ ...where, friend }))];
  const daily = { ...job, keyframeDays: 1 };
  await checks.check(name, daily);
  await checks.check(name, daily);
  expect((await checks.check(name, job)).plans).toMatchObject([{ mode_reason: 'order_broken' }]);
}

test('where the order of many lists of a job is broken, its checks stop, with one alert; other jobs go on', async () => {
  const job = { job: { name: 'many' } };
  checks.parent('sound', 300);
  await checks.full('sound', job);
  for (const name of ['broken1', 'broken2']) await foundBroken(name, job);
  expect((await checks.check('sound', job)).plans).toMatchObject([{ mode: 'check' }]);
  await foundBroken('broken3', job);

  const alerts: unknown[] = [];
  const note = () => undefined;
  const error = (fields: object) => void ('alert' in fields && alerts.push(fields));
  const plan = on.instance('pagedispatch', {}, () => ({
    log: { debug: note, info: note, warn: note, error },
  }));
  const request = checks.request(['sound'], { ...job, mode: 'check', keyframeDays: 366 });
  await plan({ ...request, messageId: 'stopped' });
  const stopped = { mode: 'full', mode_reason: 'checks_stopped' };
  expect((await checks.stored(request.runId ?? '')).plans).toMatchObject([stopped]);
  expect(alerts).toMatchObject([{ job: 'many', parents: 1, alert: true }]);
  on.pages();

  expect((await checks.check('sound', { job: { name: 'few' } })).plans).toMatchObject([{ mode: 'check' }]);
});
