/** R4: digits, because ids pass 2^53; X documents 1 to 19 of them (https://docs.x.com/x-api/users/user-lookup-by-ids). */
export const ACCOUNT_ID = '^[0-9]{1,19}$';

/** R4: what X can be asked by: https://docs.x.com/x-api/users/user-lookup-by-usernames */
const USERNAME = '^[A-Za-z0-9_]{1,15}$';

/** R4: what an account may be called. Those of the first years have longer names, and can be asked for by id only. */
export const ANY_USERNAME = '^[A-Za-z0-9_]{1,20}$';

const accountId = new RegExp(ACCOUNT_ID);
const username = new RegExp(USERNAME);
const anyUsername = new RegExp(ANY_USERNAME);

export const isAccountId = (value: unknown): value is string =>
  typeof value === 'string' && accountId.test(value);

export const isUsername = (value: unknown): value is string =>
  typeof value === 'string' && username.test(value);

export const isAnyUsername = (value: unknown): value is string =>
  typeof value === 'string' && anyUsername.test(value);

/** Nobody spends as much, and BigQuery's NUMERIC holds it. */
export const MOST_USD = 1e9;

/** What its column takes, and JavaScript can count: a request may say 1e300, which is a whole number too. */
export const COUNT = { type: 'integer', maximum: Number.MAX_SAFE_INTEGER } as const;

export const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
