import type { ApiResponseError } from 'twitter-api-v2';
import { describe, expect, it } from 'vitest';
import { demoWorld } from '../../../infra/local/x/demo-world.ts';
import { PARAMETERS } from '../../../infra/local/x/parameters.ts';
import { accountOf } from '../../../infra/local/x/world.ts';
import * as bodies from '../../shared/x/bodies.ts';
import { allPages, pageOf, refusal, simulatedX, worldOf } from './support.ts';

const [HOST] = bodies.HOSTS;
const idOf = (username: string) => accountOf(demoWorld(), 'username', username)?.id ?? '';
const names = (count: number) => Array.from({ length: count }, (_, n) => `parent_${n}_5`).join();

describe('look-ups', () => {
  it('give id, name and username unless fields are asked for', async () => {
    const { client } = await simulatedX(demoWorld());
    const { data } = await client.usersByUsernames(['three_pages', 'zero_friends']);
    expect(data).toEqual([
      { id: idOf('three_pages'), name: 'three_pages', username: 'three_pages' },
      { id: idOf('zero_friends'), name: 'zero_friends', username: 'zero_friends' },
    ]);
    expect(data.every(({ id }) => BigInt(id) > 2n ** 53n)).toBe(true);
  });

  it('give the fields asked for, with tweet_count among the public metrics', async () => {
    const { client } = await simulatedX(demoWorld());
    const fields =
      'created_at,description,profile_image_url,protected,public_metrics,url,verified,verified_type';
    const { data } = await client.users([idOf('lists_more')], { 'user.fields': fields });
    expect(data[0]).toMatchObject({
      username: 'lists_more',
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
      protected: false,
      public_metrics: {
        following_count: 1_000,
        followers_count: expect.any(Number),
        tweet_count: expect.any(Number),
        listed_count: expect.any(Number),
        like_count: expect.any(Number),
        media_count: expect.any(Number),
      },
    });
    expect(Object.keys(data[0] ?? {}).sort()).toEqual(
      ['id', 'name', 'username', ...fields.split(',')].sort(),
    );
  });

  it('find an account whatever the case, once, and answer with the case that X has', async () => {
    const { client } = await simulatedX(demoWorld());
    const { data } = await client.usersByUsernames(['THREE_PAGES', 'THREE_PAGES']);
    expect(data.map(({ username }) => username)).toEqual(['three_pages']);
  });

  it('put what is not found or suspended into errors, beside the others, with the value as sent', async () => {
    const { client } = await simulatedX(demoWorld());
    const { data, errors } = await client.usersByUsernames([
      'Unknown_Account',
      'zero_friends',
      'suspended_one',
    ]);
    expect(data.map(({ username }) => username)).toEqual(['zero_friends']);
    expect(errors).toEqual([
      bodies.notFound(HOST, 'usernames', 'Unknown_Account'),
      bodies.suspended(HOST, 'usernames', 'suspended_one'),
    ]);
  });

  it('have no data where no account is shown', async () => {
    const { client } = await simulatedX(demoWorld());
    const result = await client.users(['1', idOf('suspended_one')]);
    expect(result).not.toHaveProperty('data');
    expect(result.errors?.map(({ title }) => title)).toEqual(['Not Found Error', 'Forbidden']);
  });

  it('show a protected account, which goes on counting whom it follows', async () => {
    const { client } = await simulatedX(demoWorld());
    const query = { 'user.fields': 'protected,public_metrics' };
    const { data, errors } = await client.userByUsername('protected_one', query);
    expect(data).toMatchObject({ protected: true, public_metrics: { following_count: 120 } });
    expect(errors).toBeUndefined();
  });

  it('of a single account answer with an object, or with errors only', async () => {
    const { client } = await simulatedX(demoWorld());
    expect((await client.userByUsername('the_herald')).data.id).toBe(idOf('the_herald'));
    const missing = await client.userByUsername('unknown_account');
    expect(missing).toMatchObject({ errors: [{ parameter: 'username', value: 'unknown_account' }] });
    expect(missing).not.toHaveProperty('data');
  });
});

describe('friends', () => {
  it('come 100 a page unless max_results says otherwise, the last page without a token', async () => {
    const { client } = await simulatedX(demoWorld());
    const pages = await allPages(client, idOf('sunita_rao'));
    expect(pages.map(({ meta }) => meta.result_count)).toEqual([100, 100, 31]);
    expect(pages.map(({ meta }) => (meta.next_token ?? '').length >= 16)).toEqual([true, true, false]);
    const [whole, ...more] = await allPages(client, idOf('sunita_rao'), { max_results: 1000 });
    expect([whole?.data.length, more.length]).toEqual([231, 0]);
  });

  it('of an account without any are a count of 0 without data', async () => {
    const { client } = await simulatedX(demoWorld());
    const { data } = await pageOf(client, idOf('zero_friends'));
    expect(data).toEqual({ meta: { result_count: 0 } });
  });

  it.each([
    ['protected_one', 'Authorization Error', 'not-authorized-for-resource'],
    ['suspended_one', 'Forbidden', 'resource-not-found'],
  ])('of %s are an answer with errors only', async (username, title, type) => {
    const { client } = await simulatedX(demoWorld());
    const { data } = await pageOf(client, idOf(username));
    const problem = { title, parameter: 'id', value: idOf(username) };
    expect(data).toEqual({ errors: [expect.objectContaining(problem)] });
    expect(data.errors?.[0]?.type).toBe(`https://api.twitter.com/2/problems/${type}`);
  });

  it('of an id that nobody has are an answer with errors only', async () => {
    const { client } = await simulatedX(demoWorld());
    const { data } = await pageOf(client, '12');
    expect(data).toEqual({
      errors: [expect.objectContaining({ detail: 'Could not find user with id: [12].' })],
    });
  });
});

describe('parameters', () => {
  it.each([
    ['users?ids=77', 'data'],
    ['users/by?usernames=small', 'data'],
    ['users/by/username/small', 'data'],
    ['users/77/following', 'meta'],
  ])(
    'take every value of the specification at %s, and are answered with what there is',
    async (path, has) => {
      const { get } = await simulatedX(worldOf({ username: 'small', friends: 3, id: '77' }));
      for (const [parameter, values] of Object.entries(PARAMETERS)) {
        const response = await get(
          `/2/${path}${path.includes('?') ? '&' : '?'}${parameter}=${values.join()}`,
        );
        expect([parameter, response.status]).toEqual([parameter, 200]);
        expect(await response.json()).toHaveProperty(has);
      }
      expect(PARAMETERS['user.fields']).toHaveLength(24 + 2);
    },
  );

  // https://github.com/DocNow/twarc/blob/main/src/twarc/expansions.py
  it('take what twarc2 asks for, and leave out what there is not', async () => {
    const { client } = await simulatedX(worldOf({ username: 'small', friends: 3, id: '77' }));
    const { data } = await pageOf(client, '77', {
      'user.fields': 'created_at,description,entities,id,location,name,pinned_tweet_id,protected,withheld',
      'tweet.fields':
        'attachments,author_id,conversation_id,in_reply_to_user_id,referenced_tweets,source,withheld',
      expansions: 'pinned_tweet_id',
    });
    expect(data.data).toHaveLength(3);
    expect(data.data[0]).toMatchObject({ description: expect.any(String), protected: false });
    for (const absent of ['entities', 'pinned_tweet_id', 'withheld'])
      expect(data.data[0]).not.toHaveProperty(absent);
  });
});

describe('a request that X refuses', () => {
  it.each([
    ['/2/users/by', 'usernames', ''],
    ['/2/users/by?usernames=ok,not-ok', 'usernames', 'not-ok'],
    ['/2/users/by?usernames=sixteen_letters_', 'usernames', 'sixteen_letters_'],
    [`/2/users/by?usernames=${names(101)}`, 'usernames', names(101)],
    ['/2/users?ids=12,x', 'ids', 'x'],
    ['/2/users/by/username/a%22b', 'username', 'a%22b'],
    ['/2/users/12x/following', 'id', '12x'],
    ['/2/users/12/following?max_results=0', 'max_results', '0'],
    ['/2/users/12/following?max_results=1001', 'max_results', '1001'],
    ['/2/users/12/following?max_results=ten', 'max_results', 'ten'],
    ['/2/users?ids=1&user.fields=name,"x"', 'user.fields', '"x"'],
    ['/2/users/12/following?tweet.fields=id,likes', 'tweet.fields', 'likes'],
    ['/2/users?ids=1&expansions=author_id', 'expansions', 'author_id'],
    ['/2/users/12/following?pagination_token=7140w', 'pagination_token', '7140w'],
  ])('%s is answered with 400 that names the parameter', async (path, parameter, value) => {
    const { get } = await simulatedX(demoWorld());
    const response = await get(path);
    expect(response.status).toBe(400);
    const message = expect.stringContaining(`\`${parameter}\``);
    expect(await response.json()).toEqual({
      ...bodies.parameterNotValid(HOST, parameter, value),
      errors: [{ parameters: { [parameter]: [value] }, message }],
    });
  });

  it('takes 100 usernames in one call', async () => {
    const { client } = await simulatedX(demoWorld());
    expect((await client.usersByUsernames(names(100))).data).toHaveLength(100);
  });

  it.each([undefined, 'Basic YTpi', 'Bearer '])(
    'with the authorization %s is answered with 401',
    async (authorization) => {
      const { get } = await simulatedX(demoWorld());
      const response = await get('/2/users?ids=1', authorization ? { authorization } : {});
      expect(response.status).toBe(401);
      expect(await response.json()).toEqual(bodies.unauthorized);
    },
  );

  it.each(['/', '/2/tweets', '/2/users/by/12', '/2/users/12/followers', '/1.1/users'])(
    'to %s is answered with 404 and an empty body',
    async (path) => {
      const { get } = await simulatedX(demoWorld());
      const response = await get(path);
      expect([response.status, await response.text()]).toEqual([404, '']);
      expect(response.headers.get('content-type')).toBeNull();
    },
  );

  it('reaches the real client as an error with code and data', async () => {
    const { client } = await simulatedX(demoWorld());
    const error = await refusal<ApiResponseError>(pageOf(client, '12', { max_results: 2000 }));
    expect([error.code, error.data.title]).toEqual([400, 'Invalid Request']);
  });
});
