import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorsIn, firstParagraph } from '../../../infra/deploy/diagnostics.ts';
import { ROOT } from './configuration.ts';

const probe = spawnSync('terraform', ['version'], { encoding: 'utf8' });

/** Whether there is a terraform in PATH. The tests do without, but say so in their names. */
export const hasTerraform = probe.error === undefined;
export const whyNoTerraform = (probe.error as NodeJS.ErrnoException | undefined)?.code;

/** What Terraform reads, in a folder of its own: for commands that write there. */
export function terraformCopy(only = (_file: string) => true): { folder: string; remove: () => void } {
  const copy = mkdtempSync(join(tmpdir(), 'dodo-terraform-'));
  for (const path of ['infra/terraform', 'infra/bigquery', 'infra/services.json', 'shared'])
    cpSync(join(ROOT, path), join(copy, path), {
      recursive: true,
      // The lock file, but not what a deploy has left there.
      filter: (file) =>
        !/\/\.terraform(\/|$)|tfstate|tfvars$/.test(file) && (!file.endsWith('.tf') || only(file)),
    });
  return { folder: join(copy, 'infra', 'terraform'), remove: () => rmSync(copy, { recursive: true }) };
}

const NEEDS_NO_PROVIDER = /\/terraform\/(variables|sources|environment|jobs|view-layers)\.tf$/;
const REQUIRED = {
  project_id: 'test-project',
  region: 'europe-west1',
  daily_budget_usd: 1,
  alert_emails: [],
};

/** What needs no provider, with these variables, in a folder of its own. */
function withVariables<T>(variables: object, work: (folder: string) => T): T {
  const { folder, remove } = terraformCopy((file) => NEEDS_NO_PROVIDER.test(file));
  try {
    writeFileSync(join(folder, 'terraform.tfvars.json'), JSON.stringify({ ...REQUIRED, ...variables }));
    return work(folder);
  } finally {
    remove();
  }
}

/** What Terraform itself makes of an expression of variables and locals, with these variables. */
export const evaluate = (expression: string, variables: object): unknown =>
  withVariables(variables, (cwd) => {
    const input = `jsonencode(${expression})\n`;
    const ran = spawnSync('terraform', ['console', '-no-color'], { cwd, input, encoding: 'utf8' });
    if (ran.status !== 0) throw new Error(ran.stderr);
    return JSON.parse(JSON.parse(ran.stdout));
  });

/** What Terraform itself objects to in these variables, in our words. */
export const refusalsOf = (variables: object): string[] =>
  withVariables(variables, (cwd) => {
    const { stdout } = spawnSync('terraform', ['plan', '-json', '-input=false'], { cwd, encoding: 'utf8' });
    const diagnostics = stdout
      .split('\n')
      .flatMap((line) => (line === '' ? [] : (JSON.parse(line).diagnostic ?? [])));
    return errorsIn(diagnostics).map(firstParagraph);
  });
