import { describe, expect, it, test } from 'vitest';
import { toAccount, USER_FIELDS } from '../../../shared/x/account.ts';

const NASA = {
  id: '11348282',
  username: 'NASA',
  name: 'NASA',
  created_at: '2007-12-19T20:20:32.000Z',
  description: 'Making the seemingly impossible, possible.',
  location: 'Pale Blue Dot',
  url: 'https://t.co/9NkQJKAnuU',
  profile_image_url: 'https://pbs.twimg.com/profile_images/1/nasa_normal.jpg',
  protected: false,
  verified: true,
  verified_type: 'government',
};
const METRICS = { followers_count: 96_000_000, following_count: 121, listed_count: 97_000 };

describe('a user object of X', () => {
  test.each(['post_count', 'tweet_count'])('is flattened, with its metrics and %s', (name) => {
    expect(toAccount({ ...NASA, public_metrics: { ...METRICS, [name]: 73_000 }, entities: {} })).toEqual({
      ...NASA,
      ...METRICS,
      post_count: 73_000,
    });
  });

  it('needs an id and a username only', () => {
    expect(toAccount({ id: '12', username: 'jack' })).toEqual({ id: '12', username: 'jack' });
  });

  it('leaves out what has another type than documented', () => {
    const odd = { id: '12', username: 'jack', name: null, verified: 'yes', created_at: 'long ago' };
    expect(toAccount({ ...odd, public_metrics: { followers_count: -1, following_count: '5' } })).toEqual({
      id: '12',
      username: 'jack',
    });
  });

  test.each([null, 'jack', [], { id: '12' }, { id: 12, username: 'jack' }, { id: '', username: 'jack' }])(
    'is no account without a usable id and username: %j',
    (user) => expect(toAccount(user)).toBeNull(),
  );
});

it('asks X for every field that is stored', () => {
  const asked = new Set<string>(USER_FIELDS);
  expect(Object.keys(NASA).filter((field) => !asked.has(field))).toEqual([]);
  expect(asked).toContain('public_metrics');
});
