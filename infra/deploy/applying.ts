import { Failure } from '../cli/terminal/errors.ts';
import { failureOf, isOnTheWay } from './failures.ts';
import { notIn } from './plan-json.ts';
import { isEmpty, type Plan } from './planning.ts';
import { terraformSays } from './terraform.ts';

/**
 * Applies a plan; once more where what failed was a right on its way, with nothing in it that was not agreed to.
 * Throws Failure.
 */
export async function apply(plan: Plan, planAgain: () => Promise<Plan>): Promise<void> {
  const first = await terraformSays('apply', ['-input=false', plan.file]);
  if (first.code === 0) return;
  if (!isOnTheWay(first.diagnostics)) throw failureOf(first.diagnostics, plan.json);
  console.log('\nRights that were just granted do not work everywhere yet: what is left is tried once more.');
  const rest = await planAgain();
  requireWithin(plan, rest);
  if (isEmpty(rest)) return;
  const second = await terraformSays('apply', ['-input=false', rest.file]);
  if (second.code !== 0) throw failureOf(second.diagnostics, rest.json);
}

/** Throws Failure where a later plan would do what nobody has agreed to. */
export function requireWithin(agreed: Plan, plan: Plan): void {
  const more = notIn(agreed.json, plan.json);
  if (more.length > 0)
    throw new Failure(
      `Meanwhile something else has changed, and Terraform would now also ${more.join('; ')}. Run this again to see the whole plan.`,
    );
}
