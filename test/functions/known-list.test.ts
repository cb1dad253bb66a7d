import { describe, expect, test } from 'vitest';
import { concluded } from '../../functions/getpage/conclude.ts';
import { knownListAt } from '../../functions/getpage/known-list.ts';
import type { CheckRecord } from '../../shared/check/record.ts';
import type { PageRequest } from '../../shared/messages/page-request.ts';
import type { ListedPage } from '../../shared/warehouse/known-lists.ts';
import { pageRow } from '../support/warehouse.ts';

const page = (dispatchId: string, pageNumber: number, more: Partial<ListedPage>): ListedPage => ({
  ...{ dispatchId, pageNumber, dispatchedAtMs: 0, mode: 'full', outcome: 'scraped', nextToken: null },
  ...{ fetchId: `${dispatchId}${pageNumber}`, lineage: [], completedAtMs: pageNumber, check: null },
  ...{ listed: [], unknown: [], unreadable: 0, forgotten: [], ...more },
});
const record = (base_dispatch_id: string, more: Partial<CheckRecord> = {}): CheckRecord => ({
  ...{ base_dispatch_id, ended_by: 'overlap', frontier_id: null, appeared: [], missing: [], withheld: [] },
  ...{ fewer: 0, more: 0, unfound: 0, fruitless: 0, ...more },
});
const FULL = [
  page('f', 1, { nextToken: 't', listed: ['1', '2'] }),
  page('f', 2, { lineage: ['f1'], listed: ['3'] }),
];
const idsOf = (base: string, pages: ListedPage[], forgotten: string[] = []) =>
  knownListAt(base, pages, new Set(forgotten))?.ids;

describe('the known list of a base', () => {
  test('is a full read, page after page', () => {
    expect(idsOf('f', FULL.toReversed())).toEqual(['1', '2', '3']);
    expect(idsOf('f', FULL, ['2'])).toEqual(['1', '3']);
  });

  test('is what checks have made of it, up to the base and no further', () => {
    const checks = [
      page('a', 1, { nextToken: 't', listed: ['9', '2'], check: record('f', { frontier_id: '2' }) }),
      page('b', 1, { nextToken: 't', listed: ['8', '9'], check: record('a', { frontier_id: '9' }) }),
    ];
    expect(idsOf('a', [...FULL, ...checks])).toEqual(['9', '2', '3']);
    expect(idsOf('b', [...FULL, ...checks])).toEqual(['8', '9', '2', '3']);
  });

  test('of copies of the page that ended a read follows the earliest, whatever else was bought', () => {
    const copy = { ...page('f', 2, { lineage: ['f1'], listed: ['7'] }), fetchId: 'late', completedAtMs: 9 };
    expect(idsOf('f', [copy, ...FULL])).toEqual(['1', '2', '3']);
  });

  test('has friends that a full read could not list: they are friends all the same', () => {
    expect(idsOf('f', [page('f', 1, { listed: ['1'], unknown: ['5', '1'] })])).toEqual(['1', '5']);
  });

  test.each([
    ['a hole in the full read', 'f', FULL.slice(1)],
    ['a full read that has not ended', 'f', FULL.slice(0, 1)],
    ['a full read that could not go on', 'f', [page('f', 1, { outcome: 'unavailable' })]],
    ['a check whose base is not there', 'a', [page('a', 1, { nextToken: 't', check: record('f') })]],
    ['a check that goes on', 'a', [page('a', 1, { nextToken: 't', check: record('f', { ended_by: null }) })]],
    ['checks that rest on one another', 'a', [page('a', 1, { nextToken: 't', check: record('a') })]],
  ])('is not known, and not a part of it, where there is %s', (_what, base, pages) => {
    expect(idsOf(base, pages)).toBeUndefined();
  });
});

test('a friend is forgotten by a name that only the new page tells, since BigQuery refused those of the base', () => {
  const friends = [{ position: 1, id: '3', username: 'Three' }];
  const row = pageRow({ friends, friend_count: 1, mode: 'check' });
  const none = { fewer: 0, unfound: 0, more: 0, fruitless: 0 };
  const check: NonNullable<PageRequest['check']> = {
    ...{ baseDispatchId: 'f', baseCount: 3, count: 1, maxFriends: 9, depth: 'head', carried: none },
    ...{ answers: { active: [], suspended: [], notFound: [] }, keyframePassed: 0 },
  };
  const known = { ids: ['1', '2', '3'], former: new Set<string>() };
  const forgotten = { ids: [], usernames: ['three'] };
  const said = concluded({ check } as PageRequest, row, [], { known, before: [], forgotten });
  expect(said.check).toMatchObject({ ended_by: 'end', appeared: [], missing: ['1', '2'] });
});
