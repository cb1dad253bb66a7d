import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../cli/terminal/errors.ts';
import { run, TERRAFORM_FOLDER } from './run.ts';

/** Both commands there, before anything is built or changed. Throws Failure: what to install. */
export function requireTools(): void {
  run('terraform', ['version'], { output: 'quiet' });
  run('gcloud', ['--version'], { output: 'quiet' });
}

/** Throws Failure where nobody has said yet which project, and how much money. */
export function requireVariables(): void {
  if (existsSync(join(TERRAFORM_FOLDER, 'terraform.tfvars'))) return;
  throw new Failure(
    'infra/terraform/terraform.tfvars is missing. Copy terraform.tfvars.example beside it, and say there which ' +
      'project, which region, how much money a day, and whom to alert.',
  );
}
