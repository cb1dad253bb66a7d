import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../cli/terminal/errors.ts';
import { failureOf } from './failures.ts';
import { run } from './run.ts';
import { TERRAFORM_FOLDER, terraformSays } from './terraform.ts';

/** `init` speaks JSON since then. */
const LEAST = [1, 9] as const;

/** Both commands there, before anything is built or changed. Throws Failure: what to install. */
export function requireTools(): void {
  const { stdout } = run('terraform', ['version', '-json'], { output: 'quiet' });
  const { terraform_version: version } = JSON.parse(stdout) as { terraform_version: string };
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1]))
    throw new Failure(
      `terraform ${version} is too old: install ${LEAST.join('.')} or a later one (https://developer.hashicorp.com/terraform/install).`,
    );
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

const LOCK_FILE = join(TERRAFORM_FOLDER, '.terraform.lock.hcl');

/** Gets the providers, and says so where it was Terraform that chose which. Throws Failure. */
export async function initialise(): Promise<void> {
  const locked = existsSync(LOCK_FILE);
  const { code, diagnostics } = await terraformSays('init', ['-input=false']);
  if (code !== 0) throw failureOf(diagnostics);
  if (!locked && existsSync(LOCK_FILE))
    console.log(
      'Terraform has chosen its providers and written infra/terraform/.terraform.lock.hcl: commit it, so that everybody deploys with the same ones (README.md, "Versions").',
    );
}
