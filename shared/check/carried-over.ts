import type { EndedDispatch } from './ended-dispatch.ts';
import type { Answers, Carried } from './plan.ts';
import { carriedOf } from './record.ts';

/** What X has said of one account that was asked for. */
export interface Answer {
  id: string;
  status: 'active' | 'suspended' | 'not_found';
}

/** A search that may go so much deeper than the ones before it is worth its price. */
const MUCH_DEEPER = 1.1;

/**
 * What a check takes over from its base, the last of `checks`, as X's answers since have changed it. `deepest`: how many
 * friends it may search. Whom no search has found is looked for again where this one may go deeper.
 */
export function carriedFrom(
  base: EndedDispatch,
  answers: readonly Answer[],
  { checks, deepest }: { checks: readonly EndedDispatch[]; deepest: number },
): Carried {
  const carried = carriedOf(base.check);
  const fewer = carried.fewer + wronglyExplained(base, answers);
  const deeper = deepest > MUCH_DEEPER * searchedInVain(checks);
  const unfound = (deeper ? 0 : carried.unfound) + explainedByWithheld(base, answers);
  return { ...carried, fewer, unfound: Math.min(fewer, unfound) };
}

/** So many friends were searched since the last full read for somebody who stands deeper; else nobody is known to. */
function searchedInVain(checks: readonly EndedDispatch[]): number {
  const isInVain = checks.some(({ check }) => check?.ended_by === 'limit' && check.unfound > 0);
  return isInVain ? Math.max(...checks.map(({ returned }) => returned)) : Number.POSITIVE_INFINITY;
}

/** Of whom an answer is wanted. */
export function missingIn({ check }: EndedDispatch): string[] {
  return check ? [...check.withheld, ...check.missing] : [];
}

export function answersOn(ids: readonly string[], answers: readonly Answer[]): Answers {
  const asked = new Set(ids);
  const withStatus = (status: Answer['status']) =>
    answers.filter((answer) => answer.status === status && asked.has(answer.id)).map(({ id }) => id);
  return {
    suspended: withStatus('suspended'),
    notFound: withStatus('not_found'),
    active: withStatus('active'),
  };
}

/**
 * Friends that the base called gone since the count had fallen, and that X has since said are suspended: X goes on
 * counting those, so the count has fallen for somebody else, who is still to be found.
 */
function wronglyExplained({ state, check }: EndedDispatch, answers: readonly Answer[]): number {
  if (check === null || state === 'complete') return 0;
  return answersOn(check.missing, answers).suspended.length;
}

/**
 * The count fell for fewer friends than are missing, and X calls all of these active: for whom it fell is not to be
 * told, and to read them again would tell no more.
 */
function explainedByWithheld({ check }: EndedDispatch, answers: readonly Answer[]): number {
  if (check === null || check.withheld.length === 0) return 0;
  const { active } = answersOn(check.withheld, answers);
  return active.length === check.withheld.length ? active.length : 0;
}
