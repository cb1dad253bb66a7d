import type { ApiResponseError } from 'twitter-api-v2';
import { describe, expect, it } from 'vitest';
import { demoWorld } from '../../../infra/local/x/demo-world.ts';
import { friendsOn } from '../../../infra/local/x/friends-list.ts';
import { accountOf } from '../../../infra/local/x/world.ts';
import { allPages, friendsIn, pageOf, refusal, simulatedX, worldOf } from './support.ts';

const idIn = (world: ReturnType<typeof worldOf>, username: string) =>
  accountOf(world, 'username', username)?.id ?? '';

describe('page tokens', () => {
  it.each([
    ['zero_friends', 1],
    ['exactly_1000', 1],
    ['three_pages', 3],
    ['lists_more', 2],
    ['lists_fewer', 2],
    ['parent_17_250', 1],
  ])('walk through the exact list of %s in %i pages', async (username, pages) => {
    const { client, world, admin } = await simulatedX(demoWorld());
    const id = idIn(world, username);
    const walked = await allPages(client, id, { max_results: 1000 });
    expect(walked).toHaveLength(pages);
    expect(friendsIn(walked)).toEqual(friendsOn(world, id, 0));
    const { body } = await admin('GET', `truth?username=${username}&day=0`);
    expect(friendsIn(walked)).toEqual(body.friends);
  });

  it('walk through the same list whatever the page size', async () => {
    const { client, world } = await simulatedX(demoWorld());
    const id = idIn(world, 'ewan_mcallister');
    for (const max_results of [7, 29, 87, 88])
      expect(friendsIn(await allPages(client, id, { max_results }))).toEqual(friendsOn(world, id, 0));
  });

  it('are the same for the same place, so that a page can be asked for again', async () => {
    const { client, world } = await simulatedX(demoWorld());
    const id = idIn(world, 'theo_vandijk');
    const [one, again] = [await pageOf(client, id), await pageOf(client, id)];
    expect(again.data).toEqual(one.data);
    const token = one.data.meta.next_token;
    const second = await pageOf(client, id, { pagination_token: token });
    expect(await pageOf(client, id, { pagination_token: token })).toMatchObject({ data: second.data });
    expect(second.data.meta.next_token).not.toBe(token);
  });

  it('are refused for another account', async () => {
    const { client, world } = await simulatedX(demoWorld());
    const { data } = await pageOf(client, idIn(world, 'theo_vandijk'));
    const pagination_token = data.meta.next_token;
    const other = pageOf(client, idIn(world, 'beatriz_souza'), { pagination_token });
    const { code, data: body } = await refusal<ApiResponseError>(other);
    expect(code).toBe(400);
    expect(body.errors).toMatchObject([{ parameters: { pagination_token: [pagination_token] } }]);
  });

  it('are positional: friends who come at the head between two pages shift the second page', async () => {
    const { client, world, admin } = await simulatedX(demoWorld());
    const id = idIn(world, 'three_pages');
    const { data } = await pageOf(client, id, { max_results: 1000 });
    await admin('POST', 'day', { advance: 1 });
    const pagination_token = data.meta.next_token;
    const second = await pageOf(client, id, { max_results: 1000, pagination_token });
    expect(friendsIn([second.data])).toEqual(friendsOn(world, id, 1).slice(1000, 2000));
    expect(friendsIn([second.data])).not.toEqual(friendsOn(world, id, 0).slice(1000, 2000));
  });

  it('lead on from an empty page where the account has one, and nothing is lost by it', async () => {
    const { client, world } = await simulatedX(worldOf({ username: 'gap', friends: 250, emptyPageAt: 2 }));
    const pages = await allPages(client, idIn(world, 'gap'));
    expect(pages.map(({ meta }) => meta.result_count)).toEqual([100, 0, 100, 50]);
    expect(pages[1]).not.toHaveProperty('data');
    expect(friendsIn(pages)).toEqual(friendsOn(world, idIn(world, 'gap'), 0));
  });

  it('reach the end of 100,000 friends', async () => {
    const { client, world } = await simulatedX(worldOf({ username: 'vast', friends: 100_000 }));
    const pages = await allPages(client, idIn(world, 'vast'), { max_results: 1000 }, 100);
    expect(pages).toHaveLength(100);
    expect(new Set(friendsIn(pages).map(({ id }) => id)).size).toBe(100_000);
  });
});
