import type { ApiResponseError } from 'twitter-api-v2';
import { describe, expect, it } from 'vitest';
import { answerNames } from '../../../infra/local/x/answers.ts';
import { pageOf, refusal, simulatedX, struckX, twoAccounts } from './support.ts';

const type = (slug: string) => `https://api.twitter.com/2/problems/${slug}`;
const account = { parameter: 'id', value: '77', resource_id: '77', resource_type: 'user' };

/** Of each answer of the table, asked for the friends of account 77: its status, and what its problem is called. */
const WHOLE: [name: string, status: number, title: string, type: string][] = [
  ['unauthorized', 401, 'Unauthorized', 'about:blank'],
  ['credits-depleted', 402, 'CreditsDepleted', type('credits')],
  ['payment-required', 402, 'Payment Required', 'https://api.x.com/2/problems/credits-depleted'],
  ['spend-cap', 403, 'SpendCapReached', type('credits')],
  ['client-forbidden', 403, 'Client Forbidden', type('client-forbidden')],
  ['unsupported-authentication', 403, 'Unsupported Authentication', type('unsupported-authentication')],
  ['rate-limited', 429, 'Too Many Requests', 'about:blank'],
  ['usage-capped', 429, 'UsageCapExceeded', type('usage-capped')],
  ['internal-error', 500, 'Internal Server Error', 'about:blank'],
  ['unavailable', 503, 'Service Unavailable', 'about:blank'],
  ['refused', 400, 'Invalid Request', type('invalid-request')],
  ['token-rejected', 400, 'Invalid Request', type('invalid-request')],
  ['protected', 200, 'Authorization Error', type('not-authorized-for-resource')],
  ['suspended', 200, 'Forbidden', type('resource-not-found')],
  ['not-found', 200, 'Not Found Error', type('resource-not-found')],
];

describe('a fault on demand', () => {
  it.each(WHOLE)('%s is answered with %i, in the words of X', async (name, status, title, slug) => {
    const { get } = await struckX({ name, times: 1 });
    const path = '/2/users/77/following?pagination_token=abcdefghijklmnop';
    const response = await get(path);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('x-rate-limit-limit')).toBe('300');
    const answered = (await response.json()) as object;
    const problem = { title, type: slug };
    expect(answered).toMatchObject(status === 200 ? { errors: [{ ...account, ...problem }] } : problem);
    expect(answered).not.toHaveProperty('data');
    expect(JSON.stringify(answered)).not.toMatch(/PARAMETER|VALUE|TOKEN|WHY|RESET_DATE/);
    expect((await get('/2/users/77/following')).status).toBe(200);
  });

  it.each([
    ['refused', { id: ['77'] }],
    ['token-rejected', { pagination_token: ['abcdefghijklmnop'] }],
  ])('%s names the parameter', async (name, parameters) => {
    const { get } = await struckX({ name });
    const response = await get('/2/users/77/following?pagination_token=abcdefghijklmnop');
    const message = expect.stringMatching(/^The `\w+` query parameter value \[\w+\] is not valid$/);
    expect(await response.json()).toMatchObject({ errors: [{ parameters, message }] });
  });

  it('of the table of answers is each among those tested here', () => {
    const tested = [...WHOLE.map(([name]) => name), 'unavailable-text', 'unavailable-html', 'field-problem'];
    expect(tested.sort()).toEqual([...answerNames].sort());
  });

  it.each([
    ['credits-depleted', '"account_id":1553086854915936256,'],
    ['spend-cap', '"account_id":1553086854915936256,'],
    ['spend-cap', '"reset_date":"2026-01-22"'],
    ['client-forbidden', '"reason":"client-not-enrolled"'],
    ['usage-capped', '"account_id":1553086854915936256,"product_name":"standard-basic",'],
    ['usage-capped', '"period":"Monthly","scope":"Product"'],
  ])('%s says %s, also an account id that JSON.parse cannot hold exactly', async (name, text) => {
    const { get } = await struckX({ name });
    expect(await (await get('/2/users?ids=77')).text()).toContain(text);
  });

  it.each([
    ['protected', 403],
    ['suspended', 403],
    ['not-found', 404],
  ])('%s can come as a status %i of its own, the problem being the body', async (name, status) => {
    const { client } = await struckX({ name, status });
    const error = await refusal<ApiResponseError>(pageOf(client, '77'));
    expect([error.code, error.data]).toEqual([status, expect.objectContaining(account)]);
  });

  it('about accounts is one problem for each account of a look-up', async () => {
    const { client } = await struckX({ name: 'suspended', endpoint: 'users/by' });
    const { data, errors } = await client.usersByUsernames(['small', 'other']);
    expect(data).toBeUndefined();
    expect(errors).toMatchObject([{ value: 'small', parameter: 'usernames' }, { value: 'other' }]);
  });

  it.each(['protected', 'refused', 'spend-cap', 'client-forbidden'])(
    '%s names either host of problems',
    async (name) => {
      const { get } = await struckX({ name, fill: { 'api.twitter.com': 'api.x.com' } });
      const text = await (await get('/2/users/77/following')).text();
      expect(text).toContain('"type":"https://api.x.com/2/problems/');
      expect(text).not.toContain('api.twitter.com');
    },
  );

  it('spend-cap names the day that was chosen', async () => {
    const { client } = await struckX({ name: 'spend-cap', fill: { RESET_DATE: '2026-04-14' } });
    const { data } = await refusal<ApiResponseError>(pageOf(client, '77'));
    const detail = expect.stringContaining('begins on 2026-04-14.');
    expect(data).toMatchObject({ reset_date: '2026-04-14', detail });
  });

  it.each([
    ['unavailable-text', 'text/plain', 'upstream connect error'],
    ['unavailable-html', 'text/html', '<!DOCTYPE html>'],
  ])('%s is a 503 that is no JSON', async (name, contentType, start) => {
    const { get, client } = await struckX({ name });
    const response = await get('/2/users/77/following');
    expect([response.status, response.headers.get('content-type')]).toEqual([503, contentType]);
    expect((await response.text()).startsWith(start)).toBe(true);
    const error = await refusal<ApiResponseError>(pageOf(client, '77'));
    expect(error.code).toBe(503);
  });
});

describe('a rate limit on demand', () => {
  it.each([1200, -30])('has the reset that was chosen, %i s from now', async (seconds) => {
    const { client, fault, nowS } = await simulatedX(twoAccounts());
    await fault({ name: 'rate-limited', rate: { reset: nowS() + seconds } });
    const { code, rateLimit } = await refusal<ApiResponseError>(pageOf(client, '77'));
    expect([code, rateLimit?.remaining, rateLimit?.reset]).toEqual([429, 0, nowS() + seconds]);
  });

  it('can lack the reset, or say that calls remain', async () => {
    const { get } = await struckX({ name: 'rate-limited', rate: { reset: null, remaining: 12 } });
    const { status, headers } = await get('/2/users/77/following');
    const rate = ['reset', 'remaining'].map((header) => headers.get(`x-rate-limit-${header}`));
    expect([status, ...rate]).toEqual([429, null, '12']);
  });

  it('can leave a good answer without any header of the rate limit', async () => {
    const { client } = await struckX({ name: 'no-rate-headers' });
    const { data, rateLimit } = await pageOf(client, '77');
    expect([data.meta.result_count, rateLimit]).toEqual([100, undefined]);
  });
});

describe('a fault strikes', () => {
  const isBad = async (call: Promise<{ status: number }>) => (await call).status === 503;

  it('as often as asked', async () => {
    const { get } = await struckX({ name: 'unavailable', times: 2 });
    const struck = [];
    for (const _ of [1, 2, 3]) struck.push(await isBad(get('/2/users?ids=77')));
    expect(struck).toEqual([true, true, false]);
  });

  it('for as long as asked', async () => {
    const { get, clock } = await struckX({ name: 'unavailable', forMs: 5_000 });
    await clock.advance(4_999);
    expect(await isBad(get('/2/users?ids=77'))).toBe(true);
    await clock.advance(1);
    expect(await isBad(get('/2/users?ids=77'))).toBe(false);
  });

  it('until it is cleared', async () => {
    const { get, admin } = await struckX({ name: 'unavailable' });
    expect(await isBad(get('/2/users?ids=77'))).toBe(true);
    expect((await admin('DELETE', 'faults')).body).toEqual({ cleared: 1 });
    expect(await isBad(get('/2/users?ids=77'))).toBe(false);
  });

  it.each(['small', 'SMALL', '77'])('one account, %s, on every endpoint', async (name) => {
    const { get } = await struckX({ name: 'unavailable', account: name });
    for (const path of ['?ids=78,77', '/by?usernames=other,small', '/by/username/small', '/77/following'])
      expect([path, await isBad(get(`/2/users${path}`))]).toEqual([path, true]);
    for (const path of ['?ids=78', '/by?usernames=other', '/78/following'])
      expect([path, await isBad(get(`/2/users${path}`))]).toEqual([path, false]);
  });

  it('one endpoint', async () => {
    const { get } = await struckX({ name: 'unavailable', endpoint: 'users/:id/following' });
    expect(await isBad(get('/2/users/77/following'))).toBe(true);
    expect(await isBad(get('/2/users?ids=77'))).toBe(false);
  });

  it('within the rate limit: what the window refuses is no use of it', async () => {
    const { get, fault } = await simulatedX(twoAccounts(), { limit: 1 });
    await get('/2/users?ids=77');
    await fault({ name: 'unavailable', times: 1 });
    expect((await get('/2/users?ids=77')).status).toBe(429);
    expect(await isBad(get('/2/users/77/following'))).toBe(true);
  });

  it('never under a name that is not known, and the answer says all that are', async () => {
    const { get, fault, admin } = await simulatedX(twoAccounts());
    const { status, body } = await fault({ name: 'on-fire' });
    expect(status).toBe(400);
    const known = String(body.error).split('is not one of ')[1]?.split(', ') ?? [];
    expect(known).toEqual(expect.arrayContaining([...answerNames, 'trickle', 'empty-page']));
    for (const name of known)
      expect((await fault({ name, lagMs: 1, times: 1 })).body.error ?? '', name).not.toContain(
        'is not one of',
      );
    await admin('DELETE', 'faults');
    expect((await get('/2/users?ids=77')).status).toBe(200);
  });
});
