import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { demoWorld } from '../../../infra/local/x/demo-world.ts';
import { friendsOn } from '../../../infra/local/x/friends-list.ts';
import { accountOf, declare } from '../../../infra/local/x/world.ts';
import { allPages, friendsIn, simulatedX, worldOf } from './support.ts';

const big = () => worldOf({ username: 'big', friends: 3_000 });
const bigId = accountOf(big(), 'username', 'big')?.id ?? '';
const DAYS = Array.from({ length: 12 }, (_, day) => day);
const listOn = (day: number) => friendsOn(big(), bigId, day);
/** The list of each day as a set, which keeps the order. */
const listed = DAYS.map((day) => new Set(listOn(day).map(({ id }) => id)));
const idsOn = (day: number) => listed[day] ?? new Set<string>();

describe('the list of an account', () => {
  it('is a function of seed, account and day, whatever was asked before', () => {
    const world = big();
    const later = friendsOn(world, bigId, 9);
    expect(friendsOn(world, bigId, 0)).toEqual(listOn(0));
    expect(friendsOn(big(), bigId, 9)).toEqual(later);
    expect(friendsOn({ ...big(), seed: 8 }, bigId, 0)).not.toEqual(listOn(0));
  });

  it('names nobody twice, on any day, for any number of friends', () => {
    fc.assert(
      fc.property(fc.nat(999), fc.nat(999), fc.nat(40), (n, friends, day) => {
        const world = worldOf();
        const { id = '' } = accountOf(world, 'username', `parent_${n}_${friends}`) ?? {};
        const ids = friendsOn(world, id, day).map((friend) => friend.id);
        expect(new Set(ids).size).toBe(ids.length);
        if (day === 0) expect(ids).toHaveLength(friends);
      }),
    );
  });

  it('loses about one in a hundred a day, keeps the order of the others, and stays about as long', () => {
    for (const day of DAYS.slice(1)) {
      const stayed = [...idsOn(day - 1)].filter((id) => idsOn(day).has(id));
      const goneShare = 1 - stayed.length / idsOn(day - 1).size;
      expect(goneShare).toBeGreaterThan(0.004);
      expect(goneShare).toBeLessThan(0.03);
      expect([...idsOn(day)].filter((id) => idsOn(day - 1).has(id))).toEqual(stayed);
      expect(Math.abs(idsOn(day).size - 3_000)).toBeLessThan(300);
    }
  });

  it('gets new friends at its head and nowhere else', () => {
    for (const day of DAYS.slice(1)) {
      const isNew = [...idsOn(day)].map((id) => !idsOn(day - 1).has(id));
      expect(isNew[0]).toBe(true);
      expect(isNew.indexOf(false)).toBe(isNew.filter(Boolean).length);
    }
  });

  it('gets some back who were unfollowed, at its head, but not all', () => {
    const ever = [...idsOn(0)];
    const isBack = (id: string, day: number) => idsOn(day).has(id) && !idsOn(day - 1).has(id);
    const back = DAYS.slice(2).flatMap((day) => ever.filter((id) => isBack(id, day)));
    expect(back.length).toBeGreaterThan(20);
    expect(ever.filter((id) => !idsOn(11).has(id)).length).toBeGreaterThan(back.length);
  });

  it('does not list who was suspended or deleted meanwhile, and look-ups say which', async () => {
    const { client, admin } = await simulatedX(big());
    await admin('POST', 'day', { day: 11 });
    const statusOf = (id: string) => accountOf(big(), 'id', id, 11)?.status;
    const missing = [...idsOn(0)].filter((id) => !idsOn(11).has(id));
    const suspended = missing.filter((id) => statusOf(id) === 'suspended');
    const deleted = missing.filter((id) => statusOf(id) === 'deleted');
    expect(Math.min(suspended.length, deleted.length)).toBeGreaterThan(10);
    const lost = [...suspended.slice(0, 50), ...deleted.slice(0, 50)];
    const { data, errors = [] } = await client.users(lost);
    expect(data).toBeUndefined();
    expect(errors).toHaveLength(lost.length);
    for (const { title, value } of errors as { title: string; value: string }[])
      expect(title).toBe(suspended.includes(value) ? 'Forbidden' : 'Not Found Error');
    for (const id of idsOn(11)) expect(['active', 'protected']).toContain(statusOf(id));
  });

  it('shows a renamed friend under the new username, under which it is found, and the old one is not', async () => {
    const { client, admin } = await simulatedX(big());
    const before = new Map(listOn(0).map(({ id, username }) => [id, username]));
    const renamed = listOn(11).filter(({ id, username }) => before.get(id) !== username && before.has(id));
    expect(renamed.length).toBeGreaterThan(30);
    const { id = '', username = '' } = renamed[0] ?? {};
    const old = before.get(id) ?? '';
    expect((await client.usersByUsernames([old, username])).data.map((user) => user.username)).toEqual([old]);
    await admin('POST', 'day', { day: 11 });
    const { data, errors } = await client.usersByUsernames([old, username]);
    expect(data).toMatchObject([{ id, username }]);
    expect(errors).toMatchObject([{ value: old, title: 'Not Found Error' }]);
  });

  it('never changes without churn, but for those whom X itself took away', () => {
    const churn = { gone: 0, fresh: 0, back: 0 };
    const world = worldOf({ username: 'still', friends: 500, churn });
    const { id = '' } = accountOf(world, 'username', 'still') ?? {};
    const day0 = friendsOn(world, id, 0).map((friend) => friend.id);
    const left = new Set(friendsOn(world, id, 20).map((friend) => friend.id));
    const isLost = (other: string) =>
      /suspended|deleted/.test(accountOf(world, 'id', other, 20)?.status ?? '');
    expect([...left]).toEqual(day0.filter((other) => !isLost(other)));
  });
});

describe('accounts', () => {
  it('who are friends are found by id and by username, with counts and friends of their own', async () => {
    const { client, world } = await simulatedX(demoWorld());
    const { id: herald = '' } = accountOf(world, 'username', 'the_herald') ?? {};
    const friends = friendsOn(world, herald, 0);
    const query = { 'user.fields': 'public_metrics' };
    const byId = await client.users(
      friends.map(({ id }) => id),
      query,
    );
    const byName = await client.usersByUsernames(
      friends.map(({ username }) => username.toUpperCase()),
      query,
    );
    expect(byName.data).toEqual(byId.data);
    expect(byId.data).toMatchObject(friends);
    for (const { id, public_metrics } of byId.data.slice(0, 5)) {
      if (accountOf(world, 'id', id)?.status === 'protected') continue;
      expect(friendsIn(await allPages(client, id))).toHaveLength(public_metrics?.following_count ?? -1);
    }
  });

  it('called parent_N_F exist undeclared, under one id, with F friends', () => {
    fc.assert(
      fc.property(fc.nat(9_999), fc.nat(999), (n, friends) => {
        const account = accountOf(worldOf(), 'username', `Parent_${n}_${friends}`);
        expect(account).toMatchObject({ username: `parent_${n}_${friends}`, friends, status: 'active' });
        expect(accountOf(worldOf(), 'id', account?.id ?? '')).toEqual(account);
        expect(BigInt(account?.id ?? 0) > 2n ** 53n).toBe(true);
      }),
    );
  });

  it.each([
    'parent_01_5',
    'parent_1',
    'parent_1_',
    'Emma_0',
    'Emma_99999999',
    'unknown_account',
    'parent_1_2_3',
    '',
  ])('called %s do not exist', (username) => {
    expect(accountOf(demoWorld(), 'username', username)).toBeUndefined();
  });

  it.each(['0', '12', '1480000000100000000', '1209999999999999999', '1480000000000000000', ''])(
    'with the id %s do not exist',
    (id) => {
      expect(accountOf(demoWorld(), 'id', id)).toBeUndefined();
    },
  );

  it('of the demo keep what their usernames say on later days', () => {
    const world = demoWorld();
    for (const day of [0, 1, 2, 3, 7]) {
      const count = (username: string) => {
        const { id = '' } = accountOf(world, 'username', username) ?? {};
        return friendsOn(world, id, day).length;
      };
      expect(count('zero_friends')).toBe(0);
      expect(Math.ceil(count('three_pages') / 1000)).toBe(3);
      expect(Math.ceil(count('lists_more') / 1000)).toBe(2);
      expect(Math.ceil(count('lists_fewer') / 1000)).toBe(2);
      expect(count('protected_one') + count('suspended_one')).toBe(0);
      if (day === 0) expect(count('exactly_1000')).toBe(1000);
    }
  });

  it('declared anew under the same id or username give way', () => {
    const world = worldOf({ username: 'one', friends: 1, id: '77' }, { username: 'two', friends: 2 });
    declare(world, [
      { username: 'One_renamed', friends: 3, id: '77' },
      { username: 'TWO', friends: 4, id: '78' },
    ]);
    expect(world.accounts.map(({ username }) => username)).toEqual(['One_renamed', 'TWO']);
    expect(accountOf(world, 'username', 'one')).toBeUndefined();
    expect(accountOf(world, 'username', 'two')).toMatchObject({ id: '78', friends: 4 });
  });

  it.each([
    { username: 'not-a-name', friends: 1 },
    { username: 'twenty_one_letters_xx', friends: 1 },
    { username: 'x', friends: -1 },
    { username: 'x', friends: 1, id: 'one' },
  ])('that X could not have are refused: %o', (account) => {
    const world = worldOf();
    expect(() => declare(world, [{ username: 'good', friends: 1 }, account])).toThrow(RangeError);
    expect(world.accounts).toEqual([]);
  });
});
