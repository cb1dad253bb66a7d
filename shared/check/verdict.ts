import { type Alignment, aboveGap, align, anchorsBelowGap } from './align.ts';
import type { CheckPlan } from './check-plan.ts';
import { type CheckRecord, type CheckState, type EndedBy, stateOf } from './check-record.ts';
import type { KnownList } from './known-list.ts';
import { endIsNear, nextPageSize } from './next-page.ts';
import { type OrderCounts, orderOf } from './order-health.ts';
import { type Evidence, type Residual, residualOf } from './residual.ts';

/** A check as it stands with its newest page: all that the verdict depends on. */
export interface CheckSoFar {
  plan: CheckPlan;
  /** Folded from the rows up to the plan's base. */
  known: KnownList;
  /** Friend ids of each page by its lineage, the newest page last, as X returned them. */
  pages: readonly (readonly string[])[];
  /** X's answer to the newest page had no next token. */
  isEnd: boolean;
  /** Friends that a problem beside a list has named: neither listed nor gone. */
  unknown: ReadonlySet<string>;
  /** Accounts that must not be shown: for the verdict they are in neither list. */
  forgotten: ReadonlySet<string>;
}

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

/**
 * Anchors below the last gap before anybody is called gone. As many friends that were followed anew, in the known
 * order, between two checks would look like a gap above them; two are easily that.
 */
const PROOF = 3;

/** What was found and what it weighs, down to one frontier. */
interface Finding {
  alignment: Alignment;
  residual: Residual;
  suspended: string[];
  notFound: string[];
  /** Missing, and X has not said why. */
  unsaid: string[];
  unknown: string[];
}

/** Concludes what may be said after a page; the same for the same input, so that a redelivery stores the same. */
export function verdictOf(check: CheckSoFar): Verdict {
  const { plan, pages, forgotten } = check;
  const friends = pages.reduce((sum, page) => sum + page.length, 0);
  const listed = [...new Set(pages.flat())].filter((id) => !forgotten.has(id));
  const alignment = align(check.known.ids, listed);
  const hasNext = nextPageSize(plan, { pages: pages.length, friends }) !== null;

  if (check.isEnd) return completeVerdict(check, alignment, new Set(listed));
  if (plan.depth === 'collapsed') return headVerdict(check, alignment, hasNext);

  const finding = find(check, alignment);
  if (!overlaps(finding)) return hasNext ? goesOn(check, alignment) : atLimit(check, alignment);
  if (finding.residual.toFind > 0)
    return hasNext ? goesOn(check, alignment) : conclude(check, finding, 'limit');
  if (hasNext && endIsNear(plan, friends)) return goesOn(check, alignment);
  return conclude(check, finding, 'overlap');
}

function find({ plan, unknown }: CheckSoFar, alignment: Alignment): Finding {
  const missing = alignment.missing.map(({ id }) => id);
  const [suspended, notFound] = [new Set(plan.answers.suspended), new Set(plan.answers.notFound)];
  const parts = {
    suspended: missing.filter((id) => !unknown.has(id) && suspended.has(id)),
    notFound: missing.filter((id) => !unknown.has(id) && notFound.has(id)),
    unsaid: missing.filter((id) => !unknown.has(id) && !suspended.has(id) && !notFound.has(id)),
    unknown: missing.filter((id) => unknown.has(id)),
  };
  const active = new Set(plan.answers.active);
  const returned = alignment.appearedBelow.filter((id) => active.has(id)).length;
  const evidence: Evidence = {
    delta: plan.count - plan.baseCount,
    appeared: alignment.appearedOnTop.length + returned,
    returned: alignment.appearedBelow.length - returned,
    notFound: parts.notFound.length,
    missing: parts.unsaid.length,
  };
  return { alignment, residual: residualOf(evidence, plan.carried), ...parts };
}

/**
 * Whether the known list was met again. A few friends on top prove nothing where many are missing above them: they
 * may have been followed anew.
 */
function overlaps({ alignment, residual }: Finding): boolean {
  if (alignment.anchors.length === 0) return false;
  if (alignment.missing.length === 0) return true;
  return anchorsBelowGap(alignment) >= PROOF && residual.surplus <= Math.max(2, alignment.missing.length / 4);
}

/** Nothing more may be bought: what is proven further up is said, and nothing where there is no such thing. */
function atLimit(check: CheckSoFar, alignment: Alignment): Verdict {
  let shorter = alignment;
  while (shorter.missing.length > 0) {
    shorter = aboveGap(shorter);
    const finding = find(check, shorter);
    if (overlaps(finding)) return conclude(check, finding, finding.residual.toFind > 0 ? 'limit' : 'overlap');
  }
  return ended(check, alignment, { ...unchanged(check, alignment), ended_by: 'limit' });
}

function conclude(check: CheckSoFar, finding: Finding, endedBy: EndedBy): Verdict {
  const { alignment, residual, suspended, notFound, unsaid, unknown } = finding;
  const { plan } = check;
  const isSearched = endedBy === 'limit' && plan.depth === 'search';
  const gone = [...suspended, ...notFound, ...(residual.isSupported ? unsaid : [])];
  return ended(check, alignment, {
    ...unchanged(check, alignment),
    ended_by: endedBy,
    frontier_id: alignment.anchors.at(-1)?.id ?? null,
    missing: gone,
    withheld: residual.isSupported ? unknown : [...unsaid, ...unknown],
    fewer: residual.fewer,
    more: residual.more,
    unfound: isSearched ? residual.fewer : residual.unfound,
    fruitless: gone.length > 0 ? 0 : plan.carried.fruitless,
  });
}

/** The list was read to its end: a full read, which knows who is gone without any count. */
function completeVerdict(check: CheckSoFar, alignment: Alignment, listed: ReadonlySet<string>): Verdict {
  const { plan, known, unknown } = check;
  const absent = known.ids.filter((id) => !listed.has(id));
  const isBelieved = plan.depth !== 'collapsed';
  const missing = isBelieved ? absent.filter((id) => !unknown.has(id)) : [];
  const isFruitless = plan.depth === 'search' && missing.length === 0;
  return ended(check, alignment, {
    ...unchanged(check, alignment),
    ended_by: 'end',
    frontier_id: alignment.anchors.at(-1)?.id ?? null,
    missing,
    withheld: absent.filter((id) => !isBelieved || unknown.has(id)),
    fewer: 0,
    more: 0,
    unfound: 0,
    fruitless: isFruitless ? plan.carried.fruitless + 1 : 0,
  });
}

/** The count is not to be believed: who is new is seen, who is gone is not asked. */
function headVerdict(check: CheckSoFar, alignment: Alignment, hasNext: boolean): Verdict {
  if (hasNext) return goesOn(check, alignment);
  const { plan } = check;
  return ended(check, alignment, {
    ...unchanged(check, alignment),
    ended_by: 'limit',
    frontier_id: alignment.missing.length === 0 ? (alignment.anchors.at(-1)?.id ?? null) : null,
    fewer: plan.carried.fewer + plan.baseCount - plan.count,
  });
}

function goesOn(check: CheckSoFar, alignment: Alignment): Verdict {
  return { record: unchanged(check, alignment), state: null, ask: [], order: null };
}

function unchanged({ plan }: CheckSoFar, { appearedOnTop, appearedBelow }: Alignment): CheckRecord {
  return {
    base_dispatch_id: plan.baseDispatchId,
    ended_by: null,
    frontier_id: null,
    appeared: [...appearedOnTop, ...appearedBelow],
    missing: [],
    withheld: [],
    ...plan.carried,
  };
}

function ended(check: CheckSoFar, alignment: Alignment, record: CheckRecord): Verdict {
  const { plan, known } = check;
  const said = new Set([...plan.answers.suspended, ...plan.answers.notFound]);
  const ask = [...record.withheld, ...record.missing].filter((id) => !said.has(id)).slice(0, MOST_ASKED);
  return { record, state: stateOf(record), ask, order: orderOf(alignment, known, plan.answers.active) };
}
