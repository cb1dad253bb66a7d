import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { demoWorld } from '../../../infra/local/x/demo-world.ts';
import { friendsOn } from '../../../infra/local/x/friends-list.ts';
import { startX } from '../../../infra/local/x/server.ts';
import { createSimulator } from '../../../infra/local/x/simulator.ts';
import { dataFile, standInProcess } from '../support/process.ts';
import { allPages, friendsIn, pageOf, simulatedX, type Told, worldOf, xClient } from './support.ts';

/** The simulator as a process of its own. */
async function startedX(file: string) {
  const started = await standInProcess('x', '--data', file);
  const admin = (path: string, input?: object) =>
    fetch(`${started.url}/_sim/${path}`, input ? { method: 'POST', body: JSON.stringify(input) } : {});
  return { ...started, admin };
}

describe('the truth', () => {
  it('of an account is told by username and day', async () => {
    const { admin } = await simulatedX(demoWorld());
    const { body: day0 } = await admin('GET', 'truth?username=exactly_1000&day=0');
    const { body: day3 } = await admin('GET', 'truth?username=exactly_1000&day=3');
    expect(day0).toMatchObject({ status: 'active', saysCount: 1000, id: day3.id });
    expect(day0.friends).toHaveLength(1000);
    expect(day3.saysCount).toBe(day3.friends.length);
    expect(day3.friends).not.toEqual(day0.friends);
  });

  it('of an account that lists nothing is an empty list, and of nobody is 404', async () => {
    const { get, admin } = await simulatedX(demoWorld());
    const { body } = await admin('GET', 'truth?username=protected_one');
    expect(body).toMatchObject({ status: 'protected', saysCount: 120, friends: [] });
    expect((await get('/_sim/truth?username=unknown_account')).status).toBe(404);
  });

  it('is what pages list after the day has moved on', async () => {
    const { admin, client } = await simulatedX(demoWorld());
    expect((await admin('POST', 'day', { advance: 2 })).body).toEqual({ day: 2 });
    expect((await admin('POST', 'day', { day: 5 })).body).toEqual({ day: 5 });
    const { body } = await admin('GET', 'truth?username=three_pages');
    expect(friendsIn(await allPages(client, body.id, { max_results: 1000 }))).toEqual(body.friends);
  });

  it.each([{ day: -1 }, { day: 'monday' }, { advance: 0.5 }])('has no day %o', async (input) => {
    const { admin } = await simulatedX(demoWorld());
    expect((await admin('POST', 'day', input)).status).toBe(400);
    expect((await admin('GET', 'truth?username=the_herald')).body.saysCount).toBe(25);
  });
});

describe('accounts', () => {
  it('are declared while it runs, and bad ones refused', async () => {
    const { admin, client } = await simulatedX(worldOf());
    await admin('POST', 'accounts', [{ username: 'late', friends: 4, id: '99' }]);
    expect((await pageOf(client, '99')).data.meta.result_count).toBe(4);
    const { status, body } = await admin('POST', 'accounts', [{ username: 'not-a-name', friends: 4 }]);
    expect([status, body.error]).toEqual([400, expect.stringContaining('not-a-name')]);
  });
});

describe('calls', () => {
  it('are counted in all, by endpoint and by page, with the users returned', async () => {
    const { admin, client, get } = await simulatedX(worldOf({ username: 'small', friends: 150, id: '77' }));
    await allPages(client, '77');
    await allPages(client, '77');
    await client.usersByUsernames(['small', 'unknown_account']);
    await get('/2/users/12/following?pagination_token=7140w');
    expect((await admin('GET', 'calls')).body).toEqual({
      total: 6,
      refused: 0,
      users: 301,
      byEndpoint: { 'users/:id/following': 5, 'users/by': 1 },
      byParentPage: { 'small/1': 2, 'small/2': 2 },
    });
    await admin('POST', 'reset-calls');
    expect((await admin('GET', 'calls')).body).toMatchObject({ total: 0, users: 0, byParentPage: {} });
  });
});

describe('charges', () => {
  const FOLLOWING = 'users/:id/following';

  it('are what was returned, and what is left where each user counts once per UTC day and price', async () => {
    const same = { friends: 20, key: 16, churn: { gone: 0, fresh: 0, back: 0 } };
    const two = worldOf({ ...same, username: 'one', id: '77' }, { ...same, username: 'two', id: '78' });
    const [head] = friendsOn(two, '77', 0);
    const { admin, client, clock, get } = await simulatedX(two);
    await admin('POST', 'statuses', [{ account: head?.id, status: 'suspended' }]);
    await pageOf(client, '77', { max_results: 15 });
    await pageOf(client, '78');
    await client.users(['77', '78', '12']);
    await client.usersByUsernames(['one']);
    await client.userByUsername('parent_1_5');
    await client.userByUsername(friendsOn(two, '77', 0)[0]?.username ?? '');
    await get('/2/users/77/following?max_results=0');
    const day15 = {
      returned: 14 + 19 + 2 + 1 + 1 + 1,
      once: 19 + 2 + 0 + 1 + 1,
      byEndpoint: {
        [FOLLOWING]: { returned: 33, once: 19 },
        users: { returned: 2, once: 2 },
        'users/by': { returned: 1, once: 0 },
        'users/by/username/:username': { returned: 2, once: 2 },
      },
    };
    expect((await admin('GET', 'charges')).body).toEqual({ ...day15, byDay: { '2026-01-15': day15 } });

    await clock.advance(43_199_999);
    await pageOf(client, '77');
    await clock.advance(1);
    await pageOf(client, '77');
    await pageOf(client, '77');
    const { body } = await admin('GET', 'charges');
    const day16 = { returned: 38, once: 19, byEndpoint: { [FOLLOWING]: { returned: 38, once: 19 } } };
    expect(body).toMatchObject({
      returned: 38 + 19 + 38,
      once: 23 + 19,
      byEndpoint: { [FOLLOWING]: { returned: 33 + 19 + 38, once: 38 }, users: { returned: 2, once: 2 } },
      byDay: { '2026-01-15': { returned: 57, once: 23 }, '2026-01-16': day16 },
    });
  });

  it('are for what was sent, be it unreadable or cut off, and begin anew when cleared', async () => {
    const { admin, client, fault } = await simulatedX(worldOf({ username: 'small', friends: 3, id: '77' }));
    for (const name of ['truncated', 'control-character', 'unavailable']) {
      await fault({ name, times: 1 });
      await pageOf(client, '77').catch(() => undefined);
    }
    const once = { returned: 6, once: 3 };
    expect((await admin('GET', 'charges')).body).toMatchObject({
      ...once,
      byEndpoint: { [FOLLOWING]: once },
    });
    const nothing = { returned: 0, once: 0, byEndpoint: {}, byDay: {} };
    expect((await admin('DELETE', 'charges')).body).toEqual(nothing);
    await pageOf(client, '77');
    expect((await admin('GET', 'charges')).body).toMatchObject({ returned: 3, once: 3 });
  });
});

describe('the process', () => {
  it('killed with SIGKILL has lost nothing of what it acknowledged', async () => {
    const file = await dataFile('x.json');
    const first = await startedX(file);
    await first.admin('accounts', [{ username: 'late', friends: 300, id: '99' }]);
    const head = ((await (await first.admin('truth?username=late')).json()) as Told).friends[0]?.id;
    await first.admin('statuses', [{ account: head, status: 'suspended', day: 3 }]);
    await first.admin('misplaced', [{ account: 'late', friend: head, place: 40, day: 2, days: 2 }]);
    await first.admin('losses', { lost: 40 });
    await first.admin('day', { day: 3 });
    await first.admin('limits', { limit: 7 });
    const before = (await (await first.admin('truth?username=late')).json()) as Told;
    await first.end('SIGKILL');

    const second = await startedX(file);
    const { data, rateLimit } = await pageOf(xClient(second.url), '99', { max_results: 1000 });
    expect(friendsIn([data])).toEqual(before.friends);
    expect(before.saysCount).toBeGreaterThan(before.friends.length);
    expect(rateLimit?.limit).toBe(7);
    expect(await (await second.admin('truth?username=late&day=3')).json()).toEqual(before);
    expect(await readdir(join(file, '..'))).toEqual(['x.json']);
  });

  it('has the limit of the settings, also where it had another; what is set by hand holds until they change', async () => {
    const file = await dataFile('x.json');
    const started = (limit?: number) =>
      createSimulator({ file, ...(limit && { configured: { limit, windowMs: 60_000 } }) });
    started().save();
    const few = started(10);
    expect(few.limits).toMatchObject({ limit: 10, windowMs: 60_000 });
    few.limits.limit = 7;
    few.save();
    expect(started(10).limits).toMatchObject({ limit: 7, windowMs: 60_000 });
    expect(started(20).limits).toMatchObject({ limit: 20, windowMs: 60_000 });
  });

  it('killed while it writes finds the old state or the new one, never half of one', async () => {
    const file = await dataFile('x.json');
    for (let round = 0; round < 3; round++) {
      const x = await startedX(file);
      let acknowledged = 0;
      const writing = (async () => {
        for (let day = 1; day < 10_000; day++) {
          await x.admin('day', { day });
          acknowledged = day;
        }
      })().catch(() => undefined);
      while (acknowledged < 20) await new Promise((resolve) => setImmediate(resolve));
      void x.end('SIGKILL');
      await writing;
      const { simulator, close } = await startX({ file });
      onTestFinished(close);
      expect([acknowledged, acknowledged + 1]).toContain(simulator.world.day);
    }
  });

  it('ends on SIGTERM although a call hangs', async () => {
    const { url, admin, end } = await startedX(await dataFile('x.json'));
    await admin('faults', { name: 'stall' });
    const hanging = fetch(`${url}/2/users?ids=1`, { headers: { authorization: 'Bearer b' } });
    const failed = expect(hanging).rejects.toThrow();
    while (((await (await admin('calls')).json()) as Told).total < 1);
    expect(await end('SIGTERM')).toEqual([0, null]);
    await failed;
  });
});
