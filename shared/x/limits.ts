import { MINUTE_MS } from '../times.ts';

/** What X allows of each endpoint: https://docs.x.com/x-api/fundamentals/rate-limits */
export const CALLS_PER_WINDOW = 300;
export const WINDOW_MS = 15 * MINUTE_MS;

/** https://docs.x.com/x-api/users/get-following (max_results) */
export const FRIENDS_PER_PAGE = 1000;

/** https://docs.x.com/x-api/users/user-lookup-by-usernames */
export const ACCOUNTS_PER_LOOKUP = 100;
