import { Failure } from '../cli/terminal/errors.ts';
import { AT_A_TERMINAL, askFor, DELETE } from './ask.ts';
import { type Loss, lossesOf } from './data-loss.ts';
import type { PlanJson } from './plan-json.ts';

const ROLLING_BACK =
  'Is this an older checkout? infra/terraform/README.md ("Rolling back") says how code goes back and columns stay. ';

/** A yes for a plan as it was shown; the longer words where it would delete data. Throws Failure. */
export async function agreeTo(plan: PlanJson, yes: true | undefined): Promise<void> {
  const losses = lossesOf(plan);
  if (losses.length > 0) return agreeToLose(losses);
  if (!yes) await askFor('yes', 'Terraform will change what stands above.');
}

async function agreeToLose(losses: Loss[]): Promise<void> {
  const refused = losses.filter((loss) => loss.refused);
  if (refused.length > 0)
    throw new Failure(
      `${lossText(refused)}\nThat is protected, and nothing was changed. Where it is not meant, this is the wrong checkout, a file is missing in infra/bigquery/, or terraform.tfvars names another project or dataset than before (infra/terraform/README.md, "Moving"); where it is, set deletion_protection = false and deploy that first.`,
    );
  const ofColumns = losses.some(({ kind }) => kind === 'column');
  await askFor(
    DELETE,
    `${lossText(losses)}\n${ofColumns ? ROLLING_BACK : ''}That cannot be undone.`,
    AT_A_TERMINAL,
  );
}

export const lossText = (losses: Loss[]): string =>
  `This would delete, for good:\n${losses.map(({ what }) => `  - ${what}`).join('\n')}`;
