import { describe, expect, it } from 'vitest';
import { countedFriends, friendsOn } from '../../../infra/local/x/friends-list.ts';
import { accountOf, type World } from '../../../infra/local/x/world.ts';
import { allPages, friendsIn, pageOf, simulatedX, worldOf } from './support.ts';

const churn = { gone: 0, fresh: 0, back: 0 };
const world = () => worldOf({ username: 'still', friends: 45, id: '77', churn });
const idsOn = (w: World, day: number, id = '77') => friendsOn(w, id, day).map((friend) => friend.id);
const countOn = (w: World, day: number) => {
  const account = accountOf(w, 'id', '77', day);
  return account ? countedFriends(w, account, day).length : -1;
};
const daysTo = (last: number) => Array.from({ length: last + 1 }, (_, day) => day);
/** The ids of the list on day 0, newest follow first. */
const K = idsOn(world(), 0);
const ordered = (status: string, friends: (string | undefined)[], day?: number) =>
  friends.map((account) => ({ account, status, day }));

describe('a friend', () => {
  it.each([
    ['suspended', 0, 45, [8, 10, 10, 10, 5], 'Forbidden'],
    ['suspended', 24, 45, [10, 10, 8, 10, 5], 'Forbidden'],
    ['suspended', 43, 45, [10, 10, 10, 10, 3], 'Forbidden'],
    ['deleted', 0, 43, [10, 10, 10, 10, 3], 'Not Found Error'],
    ['deleted', 24, 43, [10, 10, 10, 10, 3], 'Not Found Error'],
    ['protected', 24, 45, [10, 10, 10, 10, 5], undefined],
    ['active', 24, 45, [10, 10, 10, 10, 5], undefined],
  ])(
    'that is %s, as is the next, at place %i: the count is %i, pages hold %j',
    async (status, at, count, sizes, title) => {
      const two = K.slice(at, at + 2);
      const { client, admin } = await simulatedX(world());
      expect((await admin('POST', 'statuses', ordered(status, two))).body).toEqual({ statuses: 2 });
      const pages = await allPages(client, '77', { max_results: 10 });
      expect(pages.map(({ meta }) => meta.result_count)).toEqual(sizes);
      const listed = friendsIn(pages);
      expect(listed.map(({ id }) => id)).toEqual(K.filter((id) => !title || !two.includes(id)));
      const { data } = await client.users('77', { 'user.fields': 'public_metrics' });
      expect(data[0]?.public_metrics?.following_count).toBe(count);
      const { body } = await admin('GET', 'truth?username=still');
      expect([body.saysCount, body.friends]).toEqual([count, listed]);
      const { errors } = await client.users(two);
      expect(errors?.map((error) => error.title)).toEqual(title && [title, title]);
    },
  );

  it('whose page holds suspended ones only leaves it empty, with a token, or without one at the end', async () => {
    const { client, admin } = await simulatedX(world());
    await admin('POST', 'statuses', ordered('suspended', [...K.slice(10, 20), ...K.slice(40)]));
    const pages = await allPages(client, '77', { max_results: 10 });
    expect(pages.map(({ meta }) => [meta.result_count, meta.next_token !== undefined])).toEqual([
      [10, true],
      [0, true],
      [10, true],
      [10, true],
      [0, false],
    ]);
    expect(pages[1]).not.toHaveProperty('data');
  });

  it.each(['suspended', 'deleted'])('that was %s comes back at its old place', async (status) => {
    const { client, admin } = await simulatedX(world());
    await admin('POST', 'statuses', ordered(status, [K[0], K[7]]));
    await admin('POST', 'statuses', ordered('active', [K[7]]));
    const pages = await allPages(client, '77');
    expect(friendsIn(pages).map(({ id }) => id)).toEqual(K.slice(1));
  });

  it('is suspended and given back on the days that were set, in whatever order they were', async () => {
    const { world: w, admin } = await simulatedX(world());
    await admin('POST', 'statuses', ordered('active', [K[2]], 4));
    await admin('POST', 'statuses', ordered('suspended', [K[2]], 2));
    const isListed = [];
    for (const day of daysTo(5)) {
      await admin('POST', 'day', { day });
      const { body } = await admin('GET', 'truth?username=still');
      isListed.push(body.friends.some(({ id }) => id === K[2]));
      expect(body.friends).toEqual(friendsOn(w, '77', day));
    }
    expect(isListed).toEqual([true, true, false, false, true, true]);
  });

  it('is named by username as well, and so is a parent, which can turn protected between two pages', async () => {
    const { client, admin, world: w } = await simulatedX(world());
    const name = accountOf(w, 'id', K[0] ?? '')?.username.toUpperCase();
    await admin('POST', 'statuses', ordered('suspended', [name]));
    const { data: first } = await pageOf(client, '77', { max_results: 10 });
    expect(first.meta.result_count).toBe(9);
    await admin('POST', 'statuses', ordered('protected', ['still']));
    const { data: second } = await pageOf(client, '77', { pagination_token: first.meta.next_token });
    expect(second).toEqual({ errors: [expect.objectContaining({ title: 'Authorization Error' })] });
    await admin('POST', 'statuses', ordered('active', ['still']));
    const { data: again } = await pageOf(client, '77', { pagination_token: first.meta.next_token });
    expect(friendsIn([again]).map(({ id }) => id)).toEqual(K.slice(10));
  });

  it('of a list so long that it is kept is taken away, moved and lost all the same', async () => {
    const { client, admin, world: w } = await simulatedX(worldOf({ username: 'vast', friends: 12_000 }));
    const { id = '' } = accountOf(w, 'username', 'vast') ?? {};
    const [first, second, third] = idsOn(w, 0, id);
    const headAndCount = async () => {
      const { body } = await admin('GET', 'truth?username=vast');
      return [(await pageOf(client, id)).data.data[0]?.id, body.saysCount];
    };
    expect(await headAndCount()).toEqual([first, 12_000]);
    await admin('POST', 'statuses', ordered('deleted', [first]));
    expect(await headAndCount()).toEqual([second, 11_999]);
    await admin('POST', 'misplaced', [{ account: 'vast', friend: third, place: 0 }]);
    expect(await headAndCount()).toEqual([third, 11_999]);
    await admin('POST', 'day', { day: 9 });
    const [, without] = await headAndCount();
    await admin('POST', 'losses', {});
    expect(Number((await headAndCount())[1])).toBeGreaterThan(Number(without));
  });

  it.each([
    ['statuses', { account: 'still', status: 'asleep' }, 'asleep is not one of active,'],
    ['statuses', { account: 'nobody', status: 'suspended' }, 'there is no account nobody'],
    ['statuses', { account: 'still', status: 'suspended', day: -1 }, '-1 is not a whole number'],
    ['misplaced', { account: 'still', friend: 'parent_1_2', place: 0 }, 'still does not follow parent_1_2'],
    ['misplaced', { account: 'still', friend: K[3], place: 'top' }, 'top is not a whole number'],
    ['misplaced', { account: 'still', friend: K[3], place: 0, days: 0.5 }, '0.5 is not a whole number'],
    ['losses', { lost: 1000 }, '1000 is not 0 to 999'],
    ['losses', { back: -1 }, '-1 is not 0 to 999'],
  ])('order that cannot be is refused and changes nothing: %s %o', async (command, order, why) => {
    const w = world();
    const { admin } = await simulatedX(w);
    const good = { misplaced: { account: 'still', friend: K[9], place: 0 } }[command];
    const orders = good ? [good, order] : [{ account: K[0], status: 'suspended' }, order];
    const { status, body } = await admin('POST', command, command === 'losses' ? order : orders);
    expect([status, body.error]).toEqual([400, expect.stringContaining(why)]);
    expect(w).toEqual(world());
  });
});

describe('losses by chance', () => {
  const many = () => worldOf({ username: 'many', friends: 2_000, id: '77', churn });
  const statusOf = (w: World, id: string, day: number) => accountOf(w, 'id', id, day)?.status ?? '';

  it('take nobody back and count nobody who is lost, unless told', () => {
    const lost = idsOn(many(), 0).filter((id) => /suspended|deleted/.test(statusOf(many(), id, 40)));
    expect(lost.length).toBeGreaterThan(150);
    expect(countOn(many(), 40)).toBe(2_000 - lost.length);
    expect(lost.filter((id) => /active|protected/.test(statusOf(many(), id, 80)))).toEqual([]);
  });

  it('leave the suspended ones counted, and give some back at their old place', async () => {
    const w = many();
    const { admin } = await simulatedX(w);
    expect((await admin('POST', 'losses', { lost: 6, back: 400 })).body).toEqual({ lost: 6, back: 400 });
    const day0 = idsOn(w, 0);
    const isListed = (id: string, day: number) => /active|protected/.test(statusOf(w, id, day));
    for (const day of daysTo(60).filter((each) => each % 12 === 0)) {
      const withStatus = (status: string) => day0.filter((id) => statusOf(w, id, day) === status).length;
      expect(idsOn(w, day)).toEqual(day0.filter((id) => isListed(id, day)));
      expect(countOn(w, day)).toBe(2_000 - withStatus('deleted'));
      if (day > 0) expect(Math.min(withStatus('suspended'), withStatus('deleted'))).toBeGreaterThan(15);
    }
    expect(day0.filter((id) => !isListed(id, 24) && isListed(id, 48)).length).toBeGreaterThan(50);
    await admin('DELETE', 'losses');
    expect(idsOn(w, 60)).toEqual(idsOn(many(), 60));
  });
});

describe('a list', () => {
  it.each([
    [0, 'at its head'],
    [1000, 'at their old place'],
  ])('with inOldPlace %i shows those followed again %s', (inOldPlace) => {
    const lively = { gone: 30, fresh: 0, back: 900, inOldPlace };
    const w = worldOf({ username: 'many', friends: 1_000, id: '77', churn: lively });
    const [before, after] = [new Set(idsOn(w, 11)), idsOn(w, 12)];
    const again = after.filter((id) => !before.has(id));
    expect(again.length).toBeGreaterThan(10);
    const isInOrder = idsOn(w, 0)
      .filter((id) => after.includes(id))
      .every((id, place) => id === after[place]);
    expect(isInOrder).toBe(inOldPlace > 0);
    expect(after.slice(0, again.length).every((id) => again.includes(id))).toBe(inOldPlace === 0);
  });

  it('has a friend misplaced for the days that were set, and none else', async () => {
    const { client, admin, world: w } = await simulatedX(world());
    const move = { account: 'still', friend: K[30], place: 1, day: 1, days: 2 };
    expect((await admin('POST', 'misplaced', [move])).body).toEqual({ misplaced: 1 });
    const heads = [];
    for (const day of daysTo(3)) {
      await admin('POST', 'day', { day });
      const listed = friendsIn(await allPages(client, '77', { max_results: 7 })).map(({ id }) => id);
      expect(listed).toEqual(idsOn(w, day));
      expect(listed.filter((id) => id !== K[30])).toEqual(idsOn(world(), day).filter((id) => id !== K[30]));
      heads.push(listed.indexOf(K[30] ?? ''));
      expect(countOn(w, day)).toBe(countOn(world(), day));
    }
    expect(heads.slice(1, 3)).toEqual([1, 1]);
    expect(Math.min(heads[0] ?? 0, heads[3] ?? 0)).toBeGreaterThan(20);
  });

  it('has a friend of its head misplaced downwards, today unless told otherwise', async () => {
    const { client, admin } = await simulatedX(world());
    await admin('POST', 'misplaced', [{ account: '77', friend: K[0], place: 12 }]);
    const { data } = await pageOf(client, '77');
    const moved = [...K.slice(1, 13), K[0], ...K.slice(13)];
    expect(data.data.map(({ id }) => id)).toEqual(moved);
  });
});
