import { type Alignment, align } from './align.ts';
import { findingOf, overlaps, provenPart } from './finding.ts';
import { endIsNear, nextPageSize } from './next-page.ts';
import { type OrderCounts, orderOf } from './order-health.ts';
import type { Answers } from './plan.ts';
import { type CheckRecord, type CheckState, stateOf } from './record.ts';
import { type CheckSoFar, friendsReturned, listedSoFar } from './so-far.ts';
import { goesOn, headOnly, met, unaligned, whole } from './statements.ts';

export interface Verdict {
  record: CheckRecord;
  /** Null: the check goes on with the next page. */
  state: CheckState | null;
  /** About whom X is to be asked, as `vanished_friend`; the next check uses the answers. */
  ask: string[];
  /** How far the read bears out that X lists by the time of the follow; null while it goes on. */
  order: OrderCounts | null;
}

/** What X is asked about at most after one check. */
const MOST_ASKED = 20;

/** Concludes what may be said after a page; the same for the same input, so that a redelivery stores the same. */
export function verdictOf(check: CheckSoFar): Verdict {
  const listed = listedSoFar(check);
  const alignment = align(check.known.ids, listed);
  const record = recordOf(check, alignment, listed);
  const state = stateOf(record);
  if (state === null) return { record, state, ask: [], order: null };
  const { answers } = check.plan;
  const ask = toAsk(record, answers);
  return { record, state, ask, order: orderOf(alignment, check.known, answers.active) };
}

function recordOf(check: CheckSoFar, alignment: Alignment, listed: readonly string[]): CheckRecord {
  const { plan } = check;
  const friends = friendsReturned(check);
  const hasNext = nextPageSize(plan, { pages: check.pages.length, friends }) !== null;
  if (check.isEnd) return whole(check, alignment, listed);
  if (plan.depth === 'collapsed') return hasNext ? goesOn(check, alignment) : headOnly(check, alignment);

  if (hasNext) {
    const finding = findingOf(check, alignment);
    const isDone = overlaps(finding) && finding.residual.toFind === 0 && !endIsNear(plan, friends);
    return isDone ? met(check, finding, 'overlap') : goesOn(check, alignment);
  }
  const proven = provenPart(check, alignment);
  if (!proven) return unaligned(check, alignment);
  return met(check, proven, proven.residual.toFind > 0 ? 'limit' : 'overlap');
}

/** First those of whom X has said nothing: it is asked about no more than a few at a time. */
export function toAsk(
  { withheld, missing }: CheckRecord,
  { suspended, notFound, active }: Answers,
): string[] {
  const isKnown = new Set([...suspended, ...notFound]);
  const isActive = new Set(active);
  const open = [...withheld, ...missing].filter((id) => !isKnown.has(id));
  const askedBefore = (id: string) => Number(isActive.has(id));
  return open.sort((a, b) => askedBefore(a) - askedBefore(b)).slice(0, MOST_ASKED);
}
