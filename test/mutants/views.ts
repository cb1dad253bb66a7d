import type { Check } from './checks.ts';

export const SCRAPE_HISTORY = 'infra/bigquery/views/scrape_history.sql';
export const FRIENDS = 'infra/bigquery/views/friends.sql';
export const FRIEND_CHANGES = 'infra/bigquery/views/friend_changes.sql';
export const CURRENT_FRIENDS = 'infra/bigquery/views/current_friends.sql';
export const DISPATCH_PROGRESS = 'infra/bigquery/views/dispatch_progress.sql';
export const PARENT_FRESHNESS = 'infra/bigquery/views/parent_freshness.sql';

/** The tests of that name in a file of test/views. */
export const views = (file: string, named: string): Check => ({ file: `test/views/${file}.test.ts`, named });
