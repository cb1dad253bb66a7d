import { align } from '../../shared/check/align.ts';
import { orderOf } from '../../shared/check/order-health.ts';
import { type CheckSoFar, listedSoFar } from '../../shared/check/so-far.ts';
import { verdictOf } from '../../shared/check/verdict.ts';
import type { PageRequest } from '../../shared/messages/page-request.ts';
import type { StoredPage } from '../../shared/plan/chain.ts';
import { orderColumns, type PageRow } from '../../shared/warehouse/completed-scrapes.ts';
import { type Comparison, withForgottenOn } from './comparisons.ts';

type Concluded = Pick<PageRow, 'check' | 'list_order'>;

/** R28: what is known with a page that X has returned and all before it (`way`); the same for the same pages. */
export function concluded(
  { check }: PageRequest,
  row: PageRow,
  way: StoredPage[],
  comparison: Comparison,
): Concluded {
  const { before } = comparison;
  const pages = [...before.map(({ listed }) => listed), row.friends.map(({ id }) => id)];
  const isEnd = row.next_token === null;
  const forgotten = new Set(withForgottenOn(row, comparison.forgotten).ids);
  // R16: only this page may tell whose name is forgotten, where BigQuery has refused the names of the known list.
  const known = { ...comparison.known, ids: comparison.known.ids.filter((id) => !forgotten.has(id)) };
  if (!check) {
    const order = isEnd ? orderOf(align(known.ids, listedSoFar({ pages, forgotten })), known, []) : null;
    return { check: null, list_order: order && orderColumns(order) };
  }
  const unknown = unknownOf(row, { known, before });
  const so: CheckSoFar = { plan: planFor(check, way, row, pages), known, pages, isEnd, unknown, forgotten };
  const { record, order } = verdictOf(so);
  return { check: record, list_order: order && orderColumns(order) };
}

/** Of whom the read says nothing where it misses them: one that cannot be read may be anybody of the known list. */
function unknownOf(row: PageRow, { known, before }: Omit<Comparison, 'forgotten'>): ReadonlySet<string> {
  const unreadable = before.reduce((sum, page) => sum + page.unreadable, row.unreadable_friends);
  const named = [...before.flatMap((page) => page.unknown), ...row.unknown_friends];
  return new Set(unreadable > 0 ? [...known.ids, ...named] : named);
}

/** Friends that X charges for and that cannot be read are bought all the same: the others may be so many fewer. */
function planFor(
  plan: CheckSoFar['plan'],
  way: StoredPage[],
  row: PageRow,
  pages: readonly (readonly string[])[],
): CheckSoFar['plan'] {
  const charged = way.reduce((sum, page) => sum + page.charged, row.charged);
  const unreadable = charged - pages.reduce((sum, page) => sum + page.length, 0);
  return { ...plan, maxFriends: plan.maxFriends - unreadable };
}
