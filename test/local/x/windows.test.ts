import type { ApiResponseError } from 'twitter-api-v2';
import { describe, expect, it } from 'vitest';
import { tooManyRequests } from '../../shared/x/bodies.ts';
import { pageOf, refusal, simulatedX, worldOf } from './support.ts';

const lookUp = { 'user.fields': 'id' };
const small = () => worldOf({ username: 'small', friends: 3, id: '77' });

describe('a rate limit window', () => {
  it('has 300 calls in 15 minutes, told by the headers of every answer', async () => {
    const { client, nowS } = await simulatedX(small());
    const { rateLimit } = await pageOf(client, '77');
    expect(rateLimit).toMatchObject({ limit: 300, remaining: 299, reset: nowS() + 900 });
  });

  it('opens with the first call after the last one has ended', async () => {
    const { client, clock, nowS } = await simulatedX(small(), { windowMs: 60_000 });
    await pageOf(client, '77');
    await clock.advance(59_000);
    expect((await pageOf(client, '77')).rateLimit).toMatchObject({ remaining: 298, reset: nowS() + 1 });
    await clock.advance(31_500);
    expect((await pageOf(client, '77')).rateLimit).toMatchObject({ remaining: 299, reset: nowS() + 60 });
  });

  it('refuses what goes beyond with 429, does not count it further, and serves again at the reset', async () => {
    const { client, clock, admin } = await simulatedX(small(), { limit: 2, windowMs: 60_000 });
    await pageOf(client, '77');
    await pageOf(client, '77');
    const { body: reset } = await admin('GET', 'calls');
    expect(reset).toMatchObject({ total: 2, refused: 0 });
    for (const _ of [1, 2]) {
      const error = await refusal<ApiResponseError>(pageOf(client, '77'));
      expect(error.code).toBe(429);
      expect(error.data).toEqual(tooManyRequests);
      expect(error.rateLimit).toMatchObject({ limit: 2, remaining: 0 });
      const resetMs = (error.rateLimit?.reset ?? 0) * 1000;
      expect(resetMs - clock.now()).toBe(60_000);
    }
    await clock.advance(59_999);
    expect((await refusal<ApiResponseError>(pageOf(client, '77'))).code).toBe(429);
    await clock.advance(1);
    expect((await pageOf(client, '77')).rateLimit?.remaining).toBe(1);
    expect((await admin('GET', 'calls')).body).toMatchObject({ total: 6, refused: 3 });
  });

  it('ends on a whole second, as its header can say no other, and never later than it should', async () => {
    const { client, clock } = await simulatedX(small(), { windowMs: 60_000 });
    await clock.advance(400);
    const { rateLimit } = await pageOf(client, '77');
    expect((rateLimit?.reset ?? 0) * 1000 - clock.now()).toBe(59_600);
    await clock.advance(59_600);
    expect((await pageOf(client, '77')).rateLimit?.remaining).toBe(299);
  });

  it('is one per endpoint', async () => {
    const { client, get } = await simulatedX(small(), { limit: 1 });
    await pageOf(client, '77');
    await client.users('77', lookUp);
    await client.usersByUsernames('small', lookUp);
    await client.userByUsername('small', lookUp);
    for (const path of ['/77/following', '?ids=77', '/by?usernames=small', '/by/username/small'])
      expect((await get(`/2/users${path}`)).status).toBe(429);
  });

  it('is not used up by a call without a token, nor by one to an unknown path', async () => {
    const { client, get } = await simulatedX(small(), { limit: 1 });
    await get('/2/users?ids=77', {});
    await get('/2/tweets?ids=77');
    expect((await client.users('77')).data).toHaveLength(1);
  });

  it('is used up by a call that X refuses for its parameters', async () => {
    const { get } = await simulatedX(small(), { limit: 1 });
    expect((await get('/2/users?ids=x')).headers.get('x-rate-limit-remaining')).toBe('0');
    expect((await get('/2/users?ids=77')).status).toBe(429);
  });

  it('starts anew when the limits are changed', async () => {
    const { client, admin } = await simulatedX(small(), { limit: 1 });
    await pageOf(client, '77');
    await admin('POST', 'limits', { limit: 5, windowMs: 10_000 });
    expect((await pageOf(client, '77')).rateLimit).toMatchObject({ limit: 5, remaining: 4 });
  });
});

describe('latency', () => {
  it('passes before the answer, and calls wait side by side', async () => {
    const { client, clock } = await simulatedX(small(), { latencyMs: 250 });
    const answered: number[] = [];
    const calls = [1, 2, 3].map((n) => pageOf(client, '77').then(() => answered.push(n)));
    while (clock.pending < 3) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(249);
    expect(answered).toEqual([]);
    await clock.advance(1);
    await Promise.all(calls);
    expect(answered).toHaveLength(3);
  });
});
