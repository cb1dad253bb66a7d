import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { leftOutOf, readAccount, USER_FIELDS } from '../../../shared/x/account.ts';

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
const read = (user: unknown) => readAccount(user)?.account;
const METRICS = {
  ...{ followers_count: 96_000_000, following_count: 121, listed_count: 97_000 },
  ...{ like_count: 16_000, media_count: 0 },
};

describe('a user object of X', () => {
  test.each(['post_count', 'tweet_count'])('is flattened, with its metrics and %s', (name) => {
    expect(read({ ...NASA, public_metrics: { ...METRICS, [name]: 73_000 }, entities: {} })).toEqual({
      ...NASA,
      ...METRICS,
      post_count: 73_000,
    });
  });

  it('needs an id and a username only', () => {
    expect(read({ id: '12', username: 'jack' })).toEqual({ id: '12', username: 'jack' });
  });

  const TAKEN: [field: string, given: unknown, stored: unknown][] = [
    ['created_at', 'Wed Jun 06 20:07:10 +0000 2012', '2012-06-06T20:07:10.000Z'],
    ['created_at', '2012-06-06T22:07:10.1234567+02:00', '2012-06-06T20:07:10.123Z'],
    ['created_at', '0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['created_at', '2012-02-29T23:59:59.999Z', '2012-02-29T23:59:59.999Z'],
    ['created_at', '2012-06-06T24:00:00.000Z', '2012-06-07T00:00:00.000Z'],
    ['created_at', '2011-02-30T20:07:10.000Z', '2011-03-02T20:07:10.000Z'],
    ['description', '', ''],
    ['description', 'a\u0000b\u2028 👩‍🚀', 'a\u0000b\u2028 👩‍🚀'],
    ['description', 'x'.repeat(5000), 'x'.repeat(5000)],
    ['followers_count', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ];
  test.each(TAKEN)('%s %j is stored', (field, given, stored) => {
    const fields = field.endsWith('_count') ? { public_metrics: { [field]: given } } : { [field]: given };
    expect(readAccount({ id: '12', username: 'jack', ...fields })).toEqual({
      account: { id: '12', username: 'jack', [field]: stored },
      leftOut: [],
    });
  });

  test('has any time as the clock would write it, whichever day of a month it is', () => {
    const digits = fc.integer({ min: 0, max: 99 }).map((number) => String(number).padStart(2, '0'));
    const written = fc
      .tuple(fc.constantFrom('2', '1', '0'), digits, ...Array<typeof digits>(5).fill(digits))
      .map(
        ([c, y, month, day, hour, minute, second]) =>
          `${c}0${y}-${month}-${day}T${hour}:${minute}:${second}.120Z`,
      );
    const instant = fc.date({
      noInvalidDate: true,
      min: new Date('1950-01-01'),
      max: new Date('2100-01-01'),
    });
    fc.assert(
      fc.property(
        fc.oneof(
          written,
          instant.map((date) => date.toISOString()),
        ),
        (created_at) => {
          const ms = Date.parse(created_at);
          const stored = ms >= Date.parse('0001-01-01') ? new Date(ms).toISOString() : undefined;
          expect(read({ ...NASA, created_at })?.created_at).toBe(stored);
        },
      ),
      { numRuns: 500 },
    );
  });

  const NOT_TAKEN: [field: string, given: unknown][] = [
    ['name', 7],
    ['name', ['Jack']],
    ['description', 'x'.repeat(5001)],
    ['verified', 'yes'],
    ['created_at', 'long ago'],
    ['created_at', '2012'],
    ['created_at', 1339013230],
    ['created_at', '0000-06-06T20:07:10Z'],
    ['created_at', '0001-01-01T00:00:00+01:00'],
    ['created_at', '9999-12-31T23:59:59-01:00'],
    ['created_at', '+012012-06-06T20:07:10Z'],
    ['created_at', '2012-13-06T20:07:10Z'],
    ['created_at', 'Wed Foo 06 20:07:10 +0000 2012'],
    ['followers_count', -1],
    ['followers_count', 1.5],
    ['followers_count', 1e19],
    ['following_count', '5'],
    ['following_count', 'many'],
    ['public_metrics', 'none'],
  ];
  test.each(NOT_TAKEN)('%s %j is left out, and said', (field, value) => {
    const fields = field.endsWith('_count') ? { public_metrics: { [field]: value } } : { [field]: value };
    const jack = readAccount({ id: '12', username: 'jack', ...fields });
    expect(jack).toEqual({ account: { id: '12', username: 'jack' }, leftOut: [{ field, value }] });
    expect(leftOutOf(jack ? [jack] : [])).toMatchObject([{ field, resource_ids: ['12'] }]);
  });

  it('has no count where X gives none: that is no 0', () => {
    for (const more of [{}, { public_metrics: null }, { public_metrics: { following_count: null } }])
      expect(readAccount({ id: '12', username: 'jack', ...more })).toEqual({
        account: { id: '12', username: 'jack' },
        leftOut: [],
      });
  });

  test.each([
    null,
    'jack',
    [],
    { id: '12' },
    { id: 12, username: 'jack' },
    { id: '', username: 'jack' },
    { id: '12345678901234567890', username: 'jack' },
    { id: '12', username: '' },
    { id: '12', username: 'j'.repeat(5001) },
  ])('is no account without a usable id and username: %j', (user) => expect(readAccount(user)).toBeNull());
});

it('asks X for every field that is stored', () => {
  const asked = new Set<string>(USER_FIELDS);
  expect(Object.keys(NASA).filter((field) => !asked.has(field))).toEqual([]);
  expect(asked).toContain('public_metrics');
});
