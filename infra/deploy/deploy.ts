import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { SERVICES } from '../local/topology.ts';
import { askFor } from './ask.ts';
import { describeDataset } from './describe-views.ts';
import { exitWith } from './exit.ts';
import { requireTools, requireVariables } from './requirements.ts';
import { run, terraform } from './run.ts';
import { requireXToken } from './x-token.ts';

interface DeployOptions {
  yes?: true;
  only?: string;
}

/** Stages the bundle, shows what Terraform would change, asks, changes it, and describes the views' columns. */
async function deploy({ yes, only }: DeployOptions): Promise<void> {
  requireTools();
  requireVariables();
  run('npm', ['run', '--silent', 'stage']);
  terraform(['init', '-input=false']);
  requireXToken(terraformValue('var.project_id'), yes);

  await planAndApply(only === undefined ? [] : [`-target=module.${only}`], yes);
  if (only !== undefined) return;
  const dataset = terraform(['output', '-raw', 'dataset'], { output: 'quiet' }).stdout.trim();
  await describeDataset(dataset);
  console.log(
    `Deployed. The history is in ${dataset}; dodo status --project ${dataset.split('.')[0]} watches it.`,
  );
}

/** https://developer.hashicorp.com/terraform/cli/commands/plan#detailed-exitcode */
const CHANGES = 2;

/** What is applied is the plan that was shown, whatever has changed since. */
async function planAndApply(target: string[], yes: true | undefined): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dodo-plan-'));
  try {
    const plan = join(folder, 'plan');
    const { code } = terraform(['plan', '-input=false', '-detailed-exitcode', `-out=${plan}`, ...target], {
      answers: [CHANGES],
    });
    if (code !== CHANGES) return;
    if (!yes) await askFor('yes', 'Terraform will change what stands above.');
    terraform(['apply', '-input=false', plan]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Terraform knows its variables from files, the environment and defaults; so it is asked. */
function terraformValue(expression: string): string {
  const { stdout } = terraform(['console'], { output: 'quiet', input: `jsonencode(${expression})\n` });
  return JSON.parse(JSON.parse(stdout));
}

const command = new Command('npm run deploy --')
  .description('Deploys Dodo to the Google Cloud project of infra/terraform/terraform.tfvars.')
  .option('--yes', 'apply without asking')
  .addOption(new Option('--only <service>', 'one service and what it needs').choices([...SERVICES]))
  .action(deploy);

await exitWith(command);
