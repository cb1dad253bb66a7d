/** Aggregates that polyglot knows by their name alone, and that cannot be analytic: one a line. */
import { refuse } from './errors.ts';
import type { Fields } from './grammar.ts';
import type { Rewriter } from './rewrite.ts';
import { call, raw, type Tree } from './tree.ts';

const AGGREGATES: Record<string, (args: unknown[], r: Rewriter) => Fields> = {
  APPROX_QUANTILES: ([value, number], r) => call('quantile_disc', r.rewrite(value), raw(fractions(number))),
  MAX_BY: ([value, by], r) => call('arg_max_null', r.rewrite(value), r.rewrite(by)),
  MIN_BY: ([value, by], r) => call('arg_min_null', r.rewrite(value), r.rewrite(by)),
};

export function aggregateNamed({ name, args, distinct, ignore_nulls }: Fields, r: Rewriter): Fields {
  const upper = String(name).toUpperCase();
  // False where it is written, null where nothing is.
  if (ignore_nulls === false) refuse(`RESPECT NULLS in ${upper}`);
  const made = (AGGREGATES[upper] ?? refuse(`the function ${upper}`))(args as unknown[], r);
  return { function: { ...(made.function as Fields), distinct } };
}

/** From the least to the greatest in so many steps. */
function fractions(number: unknown): string {
  const { literal } = number as Tree;
  const steps = literal?.literal_type === 'number' ? Number(literal.value) : 0;
  if (!Number.isInteger(steps) || steps < 1) refuse('APPROX_QUANTILES whose number is no literal');
  return `[${Array.from({ length: steps + 1 }, (_, step) => `${step / steps}::DOUBLE`).join(', ')}]`;
}
