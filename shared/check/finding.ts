import { type Alignment, aboveGap, anchorsBelowGap } from './align.ts';
import { type Residual, residualOf } from './residual.ts';
import type { CheckSoFar } from './so-far.ts';

/** What a prefix shows down to one frontier, and what it weighs against X's count. */
export interface Finding {
  alignment: Alignment;
  residual: Residual;
  /** Missing, and X says so of them. */
  suspended: string[];
  notFound: string[];
  /** Missing, and X has not said why. */
  unsaid: string[];
  /** Missing, and named by a problem. */
  unknown: string[];
}

/**
 * Anchors below the last gap before anybody is called gone. As many friends that were followed anew between two checks,
 * in the known order, look like a gap above them; that two are is a day like any other.
 */
const PROOF = 3;

export function findingOf({ plan, unknown }: CheckSoFar, alignment: Alignment): Finding {
  const [suspended, notFound] = [new Set(plan.answers.suspended), new Set(plan.answers.notFound)];
  const saidOf = (id: string) =>
    unknown.has(id) ? 'unknown' : suspended.has(id) ? 'suspended' : notFound.has(id) ? 'notFound' : 'unsaid';
  const missing = Map.groupBy(
    alignment.missing.map(({ id }) => id),
    saidOf,
  );
  const unsaid = missing.get('unsaid') ?? [];
  // X had called them active while they were missing: they were there, and whoever comes back is counted.
  const active = new Set(plan.answers.active);
  const found = alignment.appearedBelow.filter((id) => active.has(id)).length;
  const evidence = {
    delta: plan.count - plan.baseCount,
    appeared: alignment.appearedOnTop.length + found,
    returned: alignment.appearedBelow.length - found,
    notFound: missing.get('notFound')?.length ?? 0,
    missing: unsaid.length,
  };
  return {
    alignment,
    residual: residualOf(evidence, plan.carried),
    suspended: missing.get('suspended') ?? [],
    notFound: missing.get('notFound') ?? [],
    unsaid,
    unknown: missing.get('unknown') ?? [],
  };
}

/**
 * Whether the known list was met again. A few friends on top prove nothing where many are missing above them: they
 * may have been followed anew.
 */
export function overlaps({ alignment, residual }: Finding): boolean {
  return isProven(alignment) && residual.surplus <= Math.max(2, alignment.missing.length / 4);
}

function isProven(alignment: Alignment): boolean {
  if (alignment.anchors.length === 0) return false;
  return alignment.missing.length === 0 || anchorsBelowGap(alignment) >= PROOF;
}

/** The most that overlaps: without the deepest gaps, where those are not proven. Undefined where nothing does. */
export function provenPart(check: CheckSoFar, alignment: Alignment): Finding | undefined {
  for (let part = alignment; ; part = aboveGap(part)) {
    if (isProven(part)) {
      const finding = findingOf(check, part);
      if (overlaps(finding)) return finding;
    }
    if (part.missing.length === 0) return undefined;
  }
}
