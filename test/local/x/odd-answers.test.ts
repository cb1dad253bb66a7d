import type { ApiPartialResponseError } from 'twitter-api-v2';
import { describe, expect, it } from 'vitest';
import { friendsOn } from '../../../infra/local/x/friends-list.ts';
import { allPages, friendsIn, pageOf, refusal, simulatedX, worldOf } from './support.ts';

const world = () =>
  worldOf({ username: 'small', friends: 250, id: '77' }, { username: 'other', friends: 3, id: '78' });

describe('an answer that does not arrive whole', () => {
  it('truncated is half the JSON', async () => {
    const { client, get, fault } = await simulatedX(world());
    await fault({ name: 'truncated' });
    const text = await (await get('/2/users/77/following')).text();
    expect(text).toMatch(/^\{"data":\[\{/);
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    const error = await refusal<ApiPartialResponseError>(pageOf(client, '77'));
    expect(error.response.statusCode).toBe(200);
  });

  it('cut ends the connection in mid-body', async () => {
    const { client, get, fault } = await simulatedX(world());
    await fault({ name: 'cut' });
    const response = await get('/2/users/77/following');
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    expect((await refusal<ApiPartialResponseError>(pageOf(client, '77'))).type).toBe('partial-response');
  });

  it('stall never begins', async () => {
    const { url, clock, admin, fault } = await simulatedX(world());
    await fault({ name: 'stall' });
    const abort = new AbortController();
    const call = fetch(`${url}/2/users/77/following`, {
      headers: { authorization: 'Bearer b' },
      signal: abort.signal,
    });
    while ((await admin('GET', 'calls')).body.total < 1);
    await clock.advance(3_600_000);
    const first = await Promise.race([
      call.then(() => 'answered'),
      admin('GET', 'calls').then(() => 'nothing'),
    ]);
    expect(first).toBe('nothing');
    abort.abort();
    await expect(call).rejects.toThrow('aborted');
  });

  it('trickle comes byte by byte, and whole for who has the patience', async () => {
    const { get, clock, fault } = await simulatedX(world());
    await fault({ name: 'trickle', account: '78' });
    const response = await get('/2/users/78/following');
    expect(response.status).toBe(200);
    let received = 0;
    const chunks: Uint8Array[] = [];
    const read = (async () => {
      for await (const chunk of response.body ?? []) {
        chunks.push(chunk);
        received += chunk.length;
      }
    })();
    while (received < 1) await new Promise((resolve) => setImmediate(resolve));
    expect(received).toBe(1);
    await clock.advance(10_000);
    while (received < 21) await new Promise((resolve) => setImmediate(resolve));
    expect(received).toBe(21);
    await clock.advance(3_600_000);
    await read;
    expect(JSON.parse(Buffer.concat(chunks).toString()).meta).toEqual({ result_count: 3 });
  });
});

describe('a good answer that is odd', () => {
  it('empty-page comes as often in a row as asked, with a token, and the list is whole all the same', async () => {
    const w = world();
    const { client, fault } = await simulatedX(w);
    await fault({ name: 'empty-page', account: 'small', times: 3 });
    const pages = await allPages(client, '77');
    expect(pages.map(({ meta }) => meta.result_count)).toEqual([0, 0, 0, 100, 100, 50]);
    expect(friendsIn(pages)).toEqual(friendsOn(w, '77', 0));
    expect(new Set(pages.map(({ meta }) => meta.next_token)).size).toBe(6);
  });

  it('repeated-token gives a token that was given before', async () => {
    const { client, fault } = await simulatedX(world());
    await fault({ name: 'repeated-token', page: 2 });
    const first = await pageOf(client, '77');
    const pagination_token = first.data.meta.next_token;
    const second = await pageOf(client, '77', { pagination_token });
    expect(second.data.meta).toEqual({ result_count: 100, next_token: pagination_token });
    await fault({ name: 'repeated-token', page: 1 });
    const loop = (await pageOf(client, '77')).data.meta.next_token;
    expect((await pageOf(client, '77', { pagination_token: loop })).data.meta.next_token).toBe(loop);
  });

  it('field-problems stand in the errors of a page that has its data', async () => {
    const { client, fault } = await simulatedX(world());
    await fault({ name: 'field-problems' });
    const { data } = await pageOf(client, '78');
    expect(data.data).toHaveLength(3);
    expect(data.errors).toMatchObject(data.data.map(({ id }) => ({ resource_id: id, field: 'location' })));
    expect(data.errors?.[0]?.type).toBe('https://api.twitter.com/2/problems/not-authorized-for-field');
  });

  it('count-drifts says a thousand more each time', async () => {
    const { client, fault } = await simulatedX(world());
    await fault({ name: 'count-drifts', account: 'small' });
    const counts: (number | undefined)[] = [];
    for (const _ of [1, 2, 3]) {
      const { data } = await client.usersByUsernames('small', { 'user.fields': 'public_metrics' });
      counts.push(data[0]?.public_metrics?.following_count);
    }
    expect(counts).toEqual([1250, 2250, 3250]);
  });

  it('post-count has the metric under its new name', async () => {
    const { client, fault } = await simulatedX(world());
    await fault({ name: 'post-count' });
    const { data } = await client.users('77', { 'user.fields': 'public_metrics' });
    expect(data[0]?.public_metrics).toHaveProperty('post_count');
    expect(data[0]?.public_metrics).not.toHaveProperty('tweet_count');
  });
});
