import { isAccountId, isCount } from '../messages/formats.ts';
import type { Account } from './types.ts';

/**
 * What X is asked to tell of an account; it costs the same however much is asked.
 * Source: https://docs.x.com/x-api/users/get-following (user.fields).
 */
export const USER_FIELDS = [
  'id',
  'username',
  'name',
  'created_at',
  'description',
  'location',
  'url',
  'profile_image_url',
  'protected',
  'verified',
  'verified_type',
  'public_metrics',
] as const;

type Raw = Record<string, unknown>;

/**
 * A user object of X as an Account; null where its id or username is missing or malformed. A field of another
 * type than documented is left out: the account matters more than its description.
 */
export function toAccount(user: unknown): Account | null {
  if (!isObject(user)) return null;
  const { id, username } = user;
  if (!isAccountId(id) || typeof username !== 'string' || username === '') return null;
  return { id, username, ...texts(user), ...flags(user), ...metrics(user.public_metrics) };
}

export function isObject(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function texts(user: Raw) {
  const created = user.created_at;
  const isTime = typeof created === 'string' && !Number.isNaN(Date.parse(created));
  return pick(
    { ...user, created_at: isTime ? created : undefined },
    ['name', 'created_at', 'description', 'location', 'url', 'profile_image_url', 'verified_type'],
    (value) => typeof value === 'string',
  );
}

function flags(user: Raw) {
  return pick(user, ['protected', 'verified'], (value) => typeof value === 'boolean');
}

/** X renamed tweet_count to post_count in version 2.167 of its description; either may come. */
function metrics(given: unknown) {
  if (!isObject(given)) return {};
  const renamed = { ...given, post_count: given.post_count ?? given.tweet_count };
  return pick(renamed, ['followers_count', 'following_count', 'listed_count', 'post_count'], isCount);
}

function pick<K extends string, V>(from: Raw, keys: K[], fits: (value: unknown) => value is V) {
  const picked: { [key in K]?: V } = {};
  for (const key of keys) {
    const value = from[key];
    if (fits(value)) picked[key] = value;
  }
  return picked;
}
