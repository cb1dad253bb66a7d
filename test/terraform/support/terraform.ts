import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
      filter: (file) => !file.includes('.terraform') && (!file.endsWith('.tf') || only(file)),
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

/** What Terraform itself makes of an expression of variables and locals, with these variables. */
export function evaluate(expression: string, variables: object): unknown {
  const { folder, remove } = terraformCopy((file) => NEEDS_NO_PROVIDER.test(file));
  try {
    writeFileSync(join(folder, 'terraform.tfvars.json'), JSON.stringify({ ...REQUIRED, ...variables }));
    const input = `jsonencode(${expression})\n`;
    const ran = spawnSync('terraform', ['console', '-no-color'], { cwd: folder, input, encoding: 'utf8' });
    if (ran.status !== 0) throw new Error(ran.stderr);
    return JSON.parse(JSON.parse(ran.stdout));
  } finally {
    remove();
  }
}
