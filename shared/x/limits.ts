import settings from '../settings.json' with { type: 'json' };

/** What X allows of each endpoint: https://docs.x.com/x-api/fundamentals/rate-limits */
export const CALLS_PER_WINDOW = Number(settings.X_CALLS_PER_WINDOW.default);
export const WINDOW_MS = Number(settings.X_WINDOW_SECONDS.default) * 1000;

/** https://docs.x.com/x-api/users/get-following (max_results) */
export const FRIENDS_PER_PAGE = 1000;

/** https://docs.x.com/x-api/users/user-lookup-by-usernames */
export const ACCOUNTS_PER_LOOKUP = 100;
