import type { ApiPartialResponseError } from 'twitter-api-v2';
import { describe, expect, it } from 'vitest';
import { friendsOn } from '../../../infra/local/x/friends-list.ts';
import {
  allPages,
  friendsIn,
  pageOf,
  refusal,
  simulatedX,
  struckX,
  twoAccounts,
  worldOf,
  type XClient,
} from './support.ts';

describe('an answer that does not arrive whole', () => {
  it('truncated is half the JSON', async () => {
    const { client, get } = await struckX({ name: 'truncated' });
    const text = await (await get('/2/users/77/following')).text();
    expect(text).toMatch(/^\{"data":\[\{/);
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    const error = await refusal<ApiPartialResponseError>(pageOf(client, '77'));
    expect(error.response.statusCode).toBe(200);
  });

  it('cut ends the connection in mid-body', async () => {
    const { client, get } = await struckX({ name: 'cut' });
    const response = await get('/2/users/77/following');
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    expect((await refusal<ApiPartialResponseError>(pageOf(client, '77'))).type).toBe('partial-response');
  });

  it('stall never begins', async () => {
    const { url, clock, admin } = await struckX({ name: 'stall' });
    const abort = new AbortController();
    const call = fetch(`${url}/2/users/77/following`, {
      headers: { authorization: 'Bearer b' },
      signal: abort.signal,
    });
    while ((await admin('GET', 'calls')).body.total < 1);
    await clock.advance(3_600_000);
    const asked = admin('GET', 'calls').then(() => 'nothing');
    expect(await Promise.race([call.then(() => 'answered'), asked])).toBe('nothing');
    abort.abort();
    await expect(call).rejects.toThrow('aborted');
  });

  it('trickle comes byte by byte, and whole for who has the patience', async () => {
    const { get, clock } = await struckX({ name: 'trickle', account: '78' });
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
    const { client, world: w } = await struckX({ name: 'empty-page', account: 'small', times: 3 });
    const pages = await allPages(client, '77');
    expect(pages.map(({ meta }) => meta.result_count)).toEqual([0, 0, 0, 100, 100, 50]);
    expect(friendsIn(pages)).toEqual(friendsOn(w, '77', 0));
    expect(new Set(pages.map(({ meta }) => meta.next_token)).size).toBe(6);
  });

  it('repeated-token gives a token that was given before', async () => {
    const { client, fault } = await struckX({ name: 'repeated-token', page: 2 });
    const first = await pageOf(client, '77');
    const pagination_token = first.data.meta.next_token;
    const second = await pageOf(client, '77', { pagination_token });
    expect(second.data.meta).toEqual({ result_count: 100, next_token: pagination_token });
    await fault({ name: 'repeated-token', page: 1 });
    const loop = (await pageOf(client, '77')).data.meta.next_token;
    expect((await pageOf(client, '77', { pagination_token: loop })).data.meta.next_token).toBe(loop);
  });

  it('field-problems stand in the errors of a page that has its data', async () => {
    const { client } = await struckX({ name: 'field-problems' });
    const { data } = await pageOf(client, '78');
    expect(data.data).toHaveLength(3);
    expect(data.errors).toMatchObject(data.data.map(({ id }) => ({ resource_id: id, field: 'location' })));
    expect(data.errors?.[0]?.type).toBe('https://api.twitter.com/2/problems/not-authorized-for-field');
  });

  it('count-drifts says a thousand more each time', async () => {
    const { client } = await struckX({ name: 'count-drifts', account: 'small' });
    const counts: (number | undefined)[] = [];
    for (const _ of [1, 2, 3]) {
      const { data } = await client.usersByUsernames('small', { 'user.fields': 'public_metrics' });
      counts.push(data[0]?.public_metrics?.following_count);
    }
    expect(counts).toEqual([1250, 2250, 3250]);
  });

  const countsOf = async (client: XClient, ids: string[]) => {
    const { data } = await client.users(ids, { 'user.fields': 'public_metrics' });
    return data.map((user) => user.public_metrics?.following_count);
  };

  it('count-zero says 0 of one account for a while, whose list is whole and whose friends keep their counts', async () => {
    const { client, clock, fault, world: w } = await simulatedX(twoAccounts());
    const counts = { 'user.fields': 'public_metrics' };
    const { data: before } = await pageOf(client, '77', counts);
    await fault({ name: 'count-zero', account: 'SMALL', forMs: 60_000 });
    expect(await countsOf(client, ['77', '78'])).toEqual([0, 3]);
    expect((await pageOf(client, '77', counts)).data).toEqual(before);
    expect(friendsIn(await allPages(client, '77'))).toEqual(friendsOn(w, '77', 0));
    await clock.advance(60_000);
    expect(await countsOf(client, ['77', '78'])).toEqual([250, 3]);
  });

  it('count-lags says what the count was so long ago, while pages list what there is', async () => {
    const {
      client,
      clock,
      admin,
      world: w,
    } = await struckX({ name: 'count-lags', account: 'small', lagMs: 3_600_000 });
    const [head] = friendsOn(w, '77', 0);
    await admin('POST', 'statuses', [{ account: head?.id, status: 'deleted' }]);
    await clock.advance(1_800_000);
    await admin('POST', 'day', { day: 9 });
    const { saysCount } = (await admin('GET', 'truth?username=small')).body;
    const seen = [];
    for (const ms of [0, 1_799_999, 1, 1_799_999, 1]) {
      await clock.advance(ms);
      seen.push((await countsOf(client, ['77']))[0]);
    }
    expect(seen).toEqual([250, 250, 249, 249, saysCount]);
    expect(saysCount).toBeLessThan(245);
    expect(friendsIn(await allPages(client, '77'))).toEqual(friendsOn(w, '77', 9));
  });

  it('count-lags concerns every account unless one is named, and is refused without a time', async () => {
    const { client, admin, fault } = await simulatedX(twoAccounts());
    await admin('POST', 'day', { day: 30 });
    const today = await countsOf(client, ['77', '78']);
    await fault({ name: 'count-lags', lagMs: 1 });
    expect(await countsOf(client, ['77', '78'])).toEqual([250, 3]);
    expect(today).not.toEqual([250, 3]);
    const { status, body } = await fault({ name: 'count-lags' });
    expect([status, body.error]).toEqual([400, expect.stringContaining('lagMs')]);
  });

  it('post-count has the metric under its new name', async () => {
    const { client } = await struckX({ name: 'post-count' });
    const { data } = await client.users('77', { 'user.fields': 'public_metrics' });
    expect(data[0]?.public_metrics).toHaveProperty('post_count');
    expect(data[0]?.public_metrics).not.toHaveProperty('tweet_count');
  });
});

const typeOf = (slug: string) => `https://api.x.com/2/problems/${slug}`;
const problem = (slug: string, more: object = {}) => ({ type: typeOf(slug), ...more });
const [meta, errors] = [{ result_count: 1 }, [problem('internal-error')]];
const forbidden = { title: 'Forbidden', type: 'about:blank', status: 403, detail: 'Forbidden' };

describe('any answer can be had, word for word', () => {
  it.each<[what: string, status: number, body: unknown]>([
    ['a code of the old API', 403, { errors: [{ message: 'As X says.', code: 467 }] }],
    ['a problem about who asks', 403, { ...forbidden, type: typeOf('user-suspended') }],
    ['a problem about nothing', 403, forbidden],
    ['an old code in a 400', 400, { errors: [{ code: 215, message: 'Bad Authentication data.' }] }],
    ['nothing at all', 404, ''],
    ['a 503 that comes as a 200', 200, { title: 'Service Unavailable', type: 'about:blank', status: 503 }],
    ['a problem about another account', 200, { errors: [problem('resource-not-found', { value: '99' })] }],
    ['a list without meta', 200, { data: [] }],
    ['no list, and a problem about nobody', 200, { errors, meta: { result_count: 0 } }],
    ['half a page without meta', 200, { data: [{ id: '1', username: 'a' }], errors }],
    ['a token that is a number', 200, { data: [{ id: '1' }], meta: { ...meta, next_token: 7 } }],
    ['half an emoji', 200, { data: [{ id: '1', description: 'half: \ud83d' }], meta }],
    ['a raw control character', 200, '{"data":[{"id":"1","name":"a\u0001b"}],"meta":{"result_count":1}}'],
    ['a list of what is no user', 200, { data: [null, [], 'x', { id: 7 }], meta: { result_count: 4 } }],
  ])('%s', async (_, status, body) => {
    const { get } = await struckX({ name: 'verbatim', status, body });
    const response = await get('/2/users/77/following');
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    expect([response.status, await response.text()]).toEqual([status, text]);
  });
});

describe('a good answer can be changed', () => {
  it('as a whole, by a merge patch', async () => {
    const errors = [problem('resource-unavailable', { resource_id: '3' })];
    const { client } = await struckX({ name: 'merged', merge: { meta: { next_token: null }, errors } });
    const { data } = await pageOf(client, '77');
    expect([data.data.length, data.meta, data.errors]).toEqual([100, { result_count: 100 }, errors]);
  });

  it('in single users, of whom some can be left out', async () => {
    const created_at = 'Wed Jun 06 20:07:10 +0000 2012';
    const users = { small: { created_at, public_metrics: null }, 78: null };
    const { client } = await struckX({ name: 'merged', users });
    const asked = { 'user.fields': 'created_at,public_metrics' };
    const { data } = await client.users(['77', '78'], asked);
    expect(data).toEqual([{ id: '77', username: 'small', name: 'small', created_at }]);
    const one = await client.userByUsername('small', asked);
    expect(one.data).toMatchObject({ id: '77', created_at });
    expect(one.data).not.toHaveProperty('public_metrics');
  });

  it.each([
    ['gzipped', 'gzip', /^\{"data"/],
    ['byte-order-mark', null, /^\ufeff\{"data"/],
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what it is about
    ['control-character', null, /^\{"data":\[\{"id":"\d+","name":"\u0001/],
  ])('%s in its bytes', async (name, encoding, start) => {
    const { url, admin } = await struckX({ name });
    const headers = { authorization: 'Bearer b', 'accept-encoding': 'identity' };
    const response = await fetch(`${url}/2/users/77/following`, { headers });
    expect(response.headers.get('content-encoding')).toBe(encoding);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.toString()).toMatch(start);
    expect((await admin('GET', 'calls')).body).toMatchObject({ users: 100 });
  });
});

describe('an account can be odd for good', () => {
  it('in what it shows of itself, in look-ups and in lists', async () => {
    const [friend] = friendsOn(twoAccounts(), '77', 0);
    const w = worldOf(
      { username: 'small', friends: 250, id: '77', shows: { public_metrics: null } },
      { username: 'abcdefghijklmnopq', friends: 3, id: friend?.id ?? '', shows: { description: '\ud83d' } },
    );
    const { client } = await simulatedX(w);
    const asked = { 'user.fields': 'description,public_metrics' };
    expect((await client.users('77', asked)).data[0]).not.toHaveProperty('public_metrics');
    const odd = { id: friend?.id, username: 'abcdefghijklmnopq', description: '\ud83d' };
    expect((await client.users(friend?.id ?? '', asked)).data).toMatchObject([odd]);
    const { data } = await pageOf(client, '77', asked);
    expect(data.data[0]).toMatchObject(odd);
    expect(friendsIn(await allPages(client, '77'))).toEqual(friendsOn(w, '77', 0));
  });
});
