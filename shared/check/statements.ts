import type { Alignment } from './align.ts';
import type { Finding } from './finding.ts';
import type { CheckRecord, EndedBy } from './record.ts';
import type { CheckSoFar } from './so-far.ts';

/** The record of a check that goes on: what was seen is certain, all else is as it was. */
export function goesOn({ plan }: CheckSoFar, { appearedOnTop, appearedBelow }: Alignment): CheckRecord {
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

/** The known list was met at the finding's frontier. */
export function met(check: CheckSoFar, finding: Finding, endedBy: EndedBy): CheckRecord {
  const { alignment, residual, suspended, notFound, unsaid, unknown } = finding;
  const { carried, depth } = check.plan;
  const missing = [...suspended, ...notFound, ...(residual.isSupported ? unsaid : [])];
  return {
    ...goesOn(check, alignment),
    ended_by: endedBy,
    frontier_id: alignment.anchors.at(-1)?.id ?? null,
    missing,
    withheld: residual.isSupported ? unknown : [...unsaid, ...unknown],
    fewer: residual.fewer,
    more: residual.more,
    unfound: endedBy === 'limit' && depth === 'search' ? residual.fewer : residual.unfound,
    fruitless: missing.length > 0 ? 0 : carried.fruitless,
  };
}

/** It was not met in all that may be bought. */
export function unaligned(check: CheckSoFar, alignment: Alignment): CheckRecord {
  return { ...goesOn(check, alignment), ended_by: 'limit' };
}

/** The list was read to its end: a full read, which knows who is gone without any count. */
export function whole(check: CheckSoFar, alignment: Alignment, listed: readonly string[]): CheckRecord {
  const { plan, known, unknown } = check;
  const isListed = new Set(listed);
  const absent = known.ids.filter((id) => !isListed.has(id));
  // A list that collapsed with its count is kept as it is, and nobody is called gone for it.
  const isProven = (id: string) => plan.depth !== 'collapsed' && !unknown.has(id);
  const missing = absent.filter(isProven);
  const isFruitless = plan.depth === 'search' && missing.length === 0;
  return {
    ...goesOn(check, alignment),
    ended_by: 'end',
    frontier_id: alignment.anchors.at(-1)?.id ?? null,
    missing,
    withheld: absent.filter((id) => !isProven(id)),
    fewer: 0,
    more: 0,
    unfound: 0,
    fruitless: isFruitless ? plan.carried.fruitless + 1 : 0,
  };
}

/** The count collapsed and is not to be believed: who is new is seen, who is gone is not asked. */
export function headOnly(check: CheckSoFar, alignment: Alignment): CheckRecord {
  const { plan } = check;
  return {
    ...goesOn(check, alignment),
    ended_by: 'limit',
    frontier_id: alignment.missing.length === 0 ? (alignment.anchors.at(-1)?.id ?? null) : null,
    fewer: plan.carried.fewer + plan.baseCount - plan.count,
  };
}
