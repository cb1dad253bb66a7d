import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failureOf, requireKnownNames } from './failures.ts';
import { changesOf, type PlanJson } from './plan-json.ts';
import { planJson, terraformSays } from './terraform.ts';

/** A plan in a file: what is applied is what was shown, whatever has changed since. */
export interface Plan {
  file: string;
  json: PlanJson;
}

/** Makes a plan, with these arguments beside its own. Throws Failure. */
export type Planner = (args: string[]) => Promise<Plan>;

/** Gives plans a folder, and takes it away: a plan holds the values of all variables. */
export async function withPlans<T>(work: (plan: Planner) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'dodo-plan-'));
  let plans = 0;
  try {
    return await work(async (args) => {
      const file = join(folder, `plan-${++plans}`);
      console.log('Terraform compares what is there with what shall be.');
      const { code, diagnostics } = await terraformSays('plan', ['-input=false', `-out=${file}`, ...args]);
      requireKnownNames(diagnostics);
      if (code !== 0) throw failureOf(diagnostics);
      return { file, json: planJson(file) };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Outputs alone are no change that anybody sees, but the state wants them. */
export const isEmpty = ({ json }: Plan): boolean =>
  changesOf(json).length === 0 &&
  Object.values(json.output_changes ?? {}).every(({ actions }) =>
    actions.every((action) => action === 'no-op'),
  );
