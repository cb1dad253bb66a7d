import { type PageSketch, page, type Row } from './rows.ts';
import { shownOf } from './warehouse.ts';

/** A complete dispatch of one page. */
export const list = (
  dispatch: string,
  at: number,
  friends: PageSketch['friends'] = [],
  varying: Partial<PageSketch> = {},
) => page({ dispatch, fetch: `${dispatch}1`, friends, at, ...varying });

/** A dispatch of two pages. */
export const lists = (
  dispatch: string,
  from: number,
  to: number,
  friends: [string[], string[]],
  end: Row = {},
) => [
  page({ dispatch, fetch: `${dispatch}1`, friends: friends[0], more: true, at: from }),
  page({ dispatch, fetch: `${dispatch}2`, lineage: [`${dispatch}1`], friends: friends[1], at: to }, end),
];

/** What `friend_changes` says of these pages. */
export const changesOf = (completed_scrapes: Row[], account_metadata: Row[] = []) =>
  shownOf({ completed_scrapes, account_metadata }, 'friend_changes', 'not_after, friend_id');
