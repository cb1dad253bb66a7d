import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { stand } from '../../infra/local/x/faults.ts';
import { changeStatuses } from '../../infra/local/x/orders.ts';
import { accountOf } from '../../infra/local/x/world.ts';
import { Checking } from './checking.ts';
import { type InProcess, startInProcess } from './in-process.ts';

let on: InProcess;
let checks: Checking;
beforeAll(async () => {
  on = await startInProcess();
  // Nobody is lost but by what a test does.
  on.simulator.world.losses = { lost: 0, back: 0 };
  checks = new Checking(on);
});
afterAll(() => on.close());
beforeEach(() => {
  on.simulator.faults.splice(0);
  on.pages();
  on.requests();
  on.questions();
});

const goes = (status: string, ...ids: (string | undefined)[]) =>
  changeStatuses(on.simulator.world, ids.map((account) => ({ account, status })) as never);

/** As the last page of a dispatch says it. */
const ended = ({ pages }: { pages: Record<string, unknown>[] }) =>
  pages.at(-1)?.check as Record<string, unknown>;
const planOf = ({ plans }: { plans: Record<string, unknown>[] }) => plans.at(-1);

describe('a check', () => {
  test('costs a look-up and the head where nothing has changed', async () => {
    checks.parent('quiet', 300);
    const first = await checks.full('quiet');
    const came = await checks.check('quiet');
    expect(came.bought).toBe(1 + 3);
    expect(came.plans).toMatchObject([
      { mode: 'check', mode_reason: null, base_dispatch_id: planOf(first)?.dispatch_id, max_friends: 23 },
    ]);
    expect([planOf(came)?.planned_cost_usd, planOf(came)?.committed_cost_usd].map(Number)).toEqual([
      0.04, 0.24,
    ]);
    expect(came.pages).toMatchObject([
      { mode: 'check', page_size: 3, check: { ended_by: 'overlap', fewer: 0, more: 0, missing: [] } },
    ]);
    expect(came.pages[0]?.list_order).toMatchObject({ compared: 3, displaced: 0 });
  });

  test('sees who was followed, and rests on the check before it', async () => {
    const { friends } = checks.parent('follows', 100, 1);
    const first = await checks.full('follows');
    on.simulator.world.day++;
    const second = await checks.check('follows');
    expect(ended(second)).toMatchObject({ ended_by: 'overlap', appeared: [friends()[0]], more: 0, fewer: 0 });
    expect(second.bought).toBe(1 + 1 + 4);
    on.simulator.world.day++;
    const third = await checks.check('follows');
    expect(ended(third)).toMatchObject({ ended_by: 'overlap', appeared: [friends()[0]] });
    const dispatches = [first, second, third].map((came) => planOf(came)?.dispatch_id);
    expect([second, third].map((came) => planOf(came)?.base_dispatch_id)).toEqual(dispatches.slice(0, 2));
    // Each came after the read before it, of which the head was another one.
    const changes = await on.select(
      `SELECT dispatch_id, previous_dispatch_id FROM friend_changes
       WHERE parent_username = 'follows' AND change = 'followed' ORDER BY not_after`,
    );
    expect(changes).toEqual(
      [1, 2].map((at) => ({ dispatch_id: dispatches[at], previous_dispatch_id: dispatches[at - 1] })),
    );
  });

  test('finds who is gone near the top, and asks X about it', async () => {
    const { friends } = checks.parent('near', 300);
    const [newest] = friends();
    await checks.full('near');
    goes('deleted', newest);
    const came = await checks.check('near');
    expect(ended(came)).toMatchObject({ ended_by: 'overlap', missing: [newest], fewer: 0 });
    expect(came.questions).toEqual([newest]);
    expect((await checks.check('near')).bought).toBe(1 + 3);
  });

  test('searches for who is gone, page by page, within what is committed to it', async () => {
    const { friends } = checks.parent('deep', 300);
    const gone = friends()[60];
    await checks.full('deep');
    goes('deleted', gone);
    const came = await checks.check('deep');
    expect(ended(came)).toMatchObject({ ended_by: 'overlap', missing: [gone], fewer: 0 });
    expect(came.asked.map(({ pageNumber }) => pageNumber)).toEqual(came.pages.map((_, index) => index + 1));
    expect(came.pages.map(({ page_size }) => page_size)).toEqual([3, 10, 10, 10, 10, 10, 10]);
    expect(planOf(came)).toMatchObject({ mode: 'check', max_friends: 299 });
  });

  test('goes no deeper than it is told, and what it has not found waits', async () => {
    const { friends } = checks.parent('max_depth', 300);
    await checks.full('max_depth');
    const gone = friends()[200];
    goes('deleted', gone);
    const came = await checks.check('max_depth', { maxDepth: 50 });
    expect(planOf(came)?.max_friends).toBe(50);
    expect(came.bought).toBe(1 + 50 + came.questions.length);
    expect(ended(came)).toMatchObject({ ended_by: 'limit', missing: [], fewer: 1, unfound: 1 });
    expect((await checks.check('max_depth', { maxDepth: 50 })).bought).toBe(1 + 3);
    // Deeper than anybody has looked.
    const deeper = await checks.check('max_depth', { maxDepth: 250 });
    expect(ended(deeper)).toMatchObject({ ended_by: 'overlap', missing: [gone], fewer: 0 });
  });

  test('does not call a friend gone whom X goes on counting, until X has said what became of it', async () => {
    const { friends } = checks.parent('suspends', 300);
    const [newest] = friends();
    await checks.full('suspends');
    goes('suspended', newest);
    const came = await checks.check('suspends');
    expect(ended(came)).toMatchObject({ missing: [], withheld: [newest] });
    expect(came.questions).toEqual([newest]);
    expect(ended(await checks.check('suspends'))).toMatchObject({ missing: [newest], withheld: [] });
  });

  test('calls nobody gone where somebody without a readable id may be the one, on whatever page', async () => {
    const { friends } = checks.parent('unreadable', 300);
    const [newest = ''] = friends();
    await checks.full('unreadable');
    goes('deleted', friends()[250]);
    const endpoint = 'users/:id/following';
    const odd = { name: 'merged', endpoint, account: 'unreadable', users: { [newest]: { id: 'odd' } } };
    on.simulator.faults.push(stand(odd, on.clock.now()));
    const came = await checks.check('unreadable', { maxDepth: 20 });
    expect(came.pages.map((page) => page.unreadable_friends)).toEqual([1, 0, 0]);
    expect(ended(came)).toMatchObject({ ended_by: 'limit', missing: [], withheld: [newest], fewer: 1 });
    on.simulator.faults.splice(0);
    const next = await checks.check('unreadable');
    expect(ended(next)).toMatchObject({ ended_by: 'overlap', missing: [], withheld: [], fewer: 1 });
  });

  test('nor where an instance knows of that one by its row alone', async () => {
    const { friends } = checks.parent('unreadable_row', 300);
    const [newest = ''] = friends();
    await checks.full('unreadable_row');
    goes('deleted', friends()[250]);
    const users = { [newest]: { id: 'odd' } };
    on.simulator.faults.push(stand({ name: 'merged', account: 'unreadable_row', users }, on.clock.now()));
    const request = checks.request(['unreadable_row'], { mode: 'check', keyframeDays: 366, maxDepth: 20 });
    await on.instance('pagedispatch')({ ...request, messageId: 'unreadable' });
    for (let [page] = on.pages(); page; [page] = on.pages())
      await on.instance('getpage')({ ...page, messageId: `unreadable ${page.pageNumber}` });
    const came = await checks.stored(request.runId ?? '');
    expect(came.pages.map((page) => page.unreadable_friends)).toEqual([1, 0, 0]);
    expect(ended(came)).toMatchObject({ ended_by: 'limit', missing: [], withheld: [newest] });
  });

  test('takes small empty pages neither for an end nor for a loop', async () => {
    const { friends } = checks.parent('holes', 180);
    await checks.full('holes');
    goes('suspended', ...friends().slice(0, 30));
    const came = await checks.check('holes');
    expect(came.pages.slice(0, 3)).toMatchObject(Array(3).fill({ outcome: 'scraped', friend_count: 0 }));
    expect(ended(came).ended_by).not.toBeNull();
    expect(ended(came).missing).toEqual([]);
  });

  test('looks the count up, whatever the request says of it', async () => {
    const { id } = checks.parent('counted', 300);
    const first = await checks.full('counted');
    expect(first.bought).toBe(301);
    const came = await checks.deliver(
      checks.request([{ username: 'counted', id, friendsCount: 5 }], { mode: 'check' }),
    );
    expect(came.plans).toMatchObject([{ mode: 'check', friends_count: 300 }]);
  });

  test('believes no count that a full read was given: it starts from what was returned', async () => {
    const { id } = checks.parent('given', 300);
    await checks.deliver(checks.request([{ username: 'given', id, friendsCount: 298 }]));
    const came = await checks.check('given');
    expect(came.bought).toBe(1 + 3);
    expect(ended(came)).toMatchObject({ ended_by: 'overlap', fewer: 0, more: 0 });
  });

  test('neither misses nor finds a forgotten friend that X still lists', async () => {
    const { friends } = checks.parent('forgets', 300);
    const [first, second] = friends();
    await checks.full('forgets');
    await on.select(
      `INSERT INTO forgotten_accounts (id, forgotten_at) VALUES ('${first}', CURRENT_TIMESTAMP()), ('${second}', CURRENT_TIMESTAMP())`,
    );
    const came = await checks.check('forgets');
    expect(ended(came)).toMatchObject({ ended_by: 'overlap', appeared: [], missing: [], withheld: [] });
  });
});

test('a forgotten account that is followed is nobody who has appeared', async () => {
  const { friends } = checks.parent('new_forgotten', 100, 2);
  await checks.full('new_forgotten');
  on.simulator.world.day++;
  const [first, second, known] = friends();
  // The one on the first page by its name: the verdict of the second page has to know.
  const person = accountOf(on.simulator.world, 'id', first ?? '');
  await on.select(
    `INSERT INTO forgotten_accounts (id, username, forgotten_at)
     VALUES ('${second}', NULL, CURRENT_TIMESTAMP()), (NULL, '${person?.username.toLowerCase()}', CURRENT_TIMESTAMP())`,
  );
  const came = await checks.check('new_forgotten');
  expect(ended(came)).toMatchObject({ ended_by: 'overlap', appeared: [], missing: [] });
  expect(
    came.pages.flatMap(({ friends: listed }) => (listed as { id: string }[]).map(({ id }) => id)),
  ).toContain(known);
});

describe('a check becomes a full read', () => {
  test('where the parent was never read', async () => {
    checks.parent('never', 300);
    const came = await checks.check('never');
    expect(came.bought).toBe(301);
    expect(came.plans).toMatchObject([
      { mode: 'full', mode_reason: 'no_base', base_dispatch_id: null, check_plan: null, max_friends: 305 },
    ]);
    expect(came.pages).toMatchObject([
      { mode: 'full', mode_reason: 'no_base', check: null, list_order: null },
    ]);
    expect((await checks.check('never')).bought).toBe(4);
  });

  test('where another account has taken over the name', async () => {
    checks.parent('taken_over', 300);
    await checks.full('taken_over');
    checks.parent('taken_over', 250);
    const came = await checks.check('taken_over');
    expect(came.plans).toMatchObject([{ mode: 'full', mode_reason: 'no_base', base_dispatch_id: null }]);
    expect(came.bought).toBe(251);
  });

  test('when the last one is old, and its order is compared', async () => {
    checks.parent('old', 300);
    const first = await checks.check('old', { keyframeDays: 1 });
    await checks.check('old', { keyframeDays: 1 });
    const came = await checks.check('old', { keyframeDays: 1 });
    expect([first, came].map(({ bought }) => bought)).toEqual([301, 301]);
    expect(came.plans).toMatchObject([{ mode: 'full', mode_reason: 'keyframe' }]);
    expect(came.pages[0]?.list_order).toMatchObject({ compared: 300, displaced: 0 });
  });

  test('after one that met nothing that is known', async () => {
    const { id } = checks.parent('swapped', 300);
    await checks.full('swapped');
    const { world } = on.simulator;
    world.accounts = world.accounts.map((account) => (account.id === id ? { ...account, key: 77 } : account));
    const lost = await checks.check('swapped');
    expect(ended(lost)).toMatchObject({ ended_by: 'limit', frontier_id: null, missing: [] });
    expect(lost.bought).toBe(1 + 23);
    const came = await checks.check('swapped');
    expect(came.plans).toMatchObject([{ mode: 'full', mode_reason: 'unaligned' }]);
    expect((await checks.check('swapped')).bought).toBe(1 + 3);
  });
});

test('a count that collapsed is not believed: the head is read, and nothing rests on it', async () => {
  const { id } = checks.parent('locked', 300);
  const first = await checks.full('locked');
  const { world } = on.simulator;
  const say = (saysCount?: number) => {
    world.accounts = world.accounts.map((account) =>
      account.id === id ? { ...account, saysCount } : account,
    ) as never;
  };
  say(0);
  const came = await checks.check('locked');
  expect(came.plans).toMatchObject([{ mode: 'check', mode_reason: 'count_collapsed', max_friends: 1 }]);
  expect(ended(came)).toMatchObject({ ended_by: 'limit', missing: [] });
  say(undefined);
  expect(planOf(await checks.check('locked'))?.base_dispatch_id).toBe(planOf(first)?.dispatch_id);
});

describe('a budget', () => {
  test('without room for a search leaves the head, and what is missing waits', async () => {
    const { friends } = checks.parent('poor', 300);
    await checks.full('poor');
    const gone = friends()[60];
    goes('deleted', gone);
    const came = await checks.check('poor', { maxCostUsd: 0.3 });
    expect(came.plans).toMatchObject([
      { status: 'dispatched', mode: 'check', mode_reason: 'over_budget', max_friends: 23 },
    ]);
    expect(ended(came)).toMatchObject({ missing: [], fewer: 1 });
    expect(ended(await checks.check('poor'))).toMatchObject({ missing: [gone], fewer: 0 });
  });

  test('without room for the head lets nothing be bought, and a second try is not looked up again that day', async () => {
    checks.parent('poorest', 300);
    await checks.full('poorest');
    const request = checks.request(['poorest'], { mode: 'check', maxCostUsd: 0.1 });
    expect((await checks.deliver(request)).bought).toBe(1);
    const came = await checks.deliver(request);
    expect(came.bought).toBe(0);
    expect(planOf(came)).toMatchObject({ status: 'over_budget', mode: 'check' });
    expect((await checks.deliver({ ...request, maxCostUsd: 1 })).bought).toBe(3);
  });
});
