import { isAccountId } from '../messages/formats.ts';
import { columnsOf, isText, type LeftOut } from './columns.ts';
import { isObject, shown } from './json.ts';
import type { Account, Problem } from './types.ts';

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

export interface ReadAccount {
  account: Account;
  leftOut: LeftOut[];
}

/** A user object of X; null where its id or username is missing or malformed. */
export function readAccount(user: unknown): ReadAccount | null {
  if (!isObject(user)) return null;
  const { id, username } = user;
  if (!isAccountId(id) || !isText(username) || username === '') return null;
  const { columns, leftOut } = columnsOf(user);
  return { account: { id, username, ...columns }, leftOut };
}

/** One problem for each field that was left out, with all accounts that it concerns. */
export function leftOutOf(accounts: ReadAccount[]): Problem[] {
  const byField = new Map<string, { id: string; value: unknown }[]>();
  for (const { account, leftOut } of accounts)
    for (const { field, value } of leftOut)
      byField.set(field, [...(byField.get(field) ?? []), { id: account.id, value }]);
  return [...byField].map(([field, odd]) => ({
    source: 'x',
    title: 'Field left out',
    detail: `${field} of ${odd[0]?.id} is ${shown(odd[0]?.value, 100)}, which its column cannot take.`,
    field,
    resource_ids: odd.map(({ id }) => id),
  }));
}
