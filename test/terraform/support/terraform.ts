import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './configuration.ts';

const probe = spawnSync('terraform', ['version'], { encoding: 'utf8' });

/** Whether there is a terraform in PATH. The tests do without, but say so in their names. */
export const hasTerraform = probe.error === undefined;
export const whyNoTerraform = (probe.error as NodeJS.ErrnoException | undefined)?.code;

/**
 * What Terraform itself makes of an expression, from files of infra/terraform that need no provider (variables and
 * locals), with these variables.
 */
export function evaluate(expression: string, files: string[], variables: object): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'dodo-evaluate-'));
  try {
    const terraform = join(folder, 'infra', 'terraform');
    cpSync(join(ROOT, 'infra', 'bigquery'), join(folder, 'infra', 'bigquery'), { recursive: true });
    for (const file of files) cpSync(join(ROOT, 'infra', 'terraform', file), join(terraform, file));
    const [first = ''] = files;
    const at = join(terraform, first, '..');
    mkdirSync(at, { recursive: true });
    writeFileSync(join(at, 'terraform.tfvars.json'), JSON.stringify(variables));
    const input = `jsonencode(${expression})\n`;
    const ran = spawnSync('terraform', ['console', '-no-color'], { cwd: at, input, encoding: 'utf8' });
    if (ran.status !== 0) throw new Error(ran.stderr);
    return JSON.parse(JSON.parse(ran.stdout));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Copies infra/terraform (and the files that it reads) to a folder of its own, for commands that write there. */
export function terraformCopy(): { folder: string; remove: () => void } {
  const copy = mkdtempSync(join(tmpdir(), 'dodo-terraform-'));
  for (const name of ['terraform', 'bigquery'])
    cpSync(join(ROOT, 'infra', name), join(copy, 'infra', name), {
      recursive: true,
      filter: (path) => !path.includes('.terraform'),
    });
  return { folder: join(copy, 'infra', 'terraform'), remove: () => rmSync(copy, { recursive: true }) };
}
