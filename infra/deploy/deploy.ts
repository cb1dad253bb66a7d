import { Command, Option } from 'commander';
import { SERVICES, type Service } from '../local/topology.ts';
import { agreeTo } from './agreement.ts';
import { apply } from './applying.ts';
import { describeDataset } from './describe-views.ts';
import { exitWith } from './exit.ts';
import { moveViews } from './moved-views.ts';
import { requireNullable } from './new-columns.ts';
import { tellPlan, writeImports } from './plan-only.ts';
import { isEmpty, type Planner, withPlans } from './planning.ts';
import { requireReaders } from './readers.ts';
import { initialise, requireTools, requireVariables } from './requirements.ts';
import { run } from './run.ts';
import { requireSettings } from './settings.ts';
import { tablesFirst } from './tables-first.ts';
import { showPlan, terraform } from './terraform.ts';
import { tokenVersion } from './x-token.ts';

interface DeployOptions {
  yes?: true;
  only?: Service;
  plan?: true;
  imports?: string;
}

/** Stages the bundle, shows what Terraform would change, asks, changes it, and describes the views. */
async function deploy({ yes, only, plan: planOnly, imports }: DeployOptions): Promise<void> {
  requireTools();
  requireVariables();
  run('npm', ['run', '--silent', 'stage']);
  await initialise();
  if (only) requireReaders(only);
  await withPlans(async (plan) => {
    const token = await tokenVersion(plan, { yes, planOnly });
    const version = token === undefined ? [] : [`-var=x_token_version=${token}`];
    // Tables are planned by themselves, also for a service alone: they come before its function.
    const planAll: Planner = (more) =>
      plan([...(only && more.length === 0 ? [`-target=module.${only}`] : []), ...version, ...more]);
    if (imports) return writeImports(await planAll([]), imports);
    if (planOnly) return tellPlan(await planAll([]));
    const changed = await change(planAll, yes);
    const described = only ? 0 : await describeDataset(datasetName());
    tellResult(changed || described > 0, only);
  });
}

/** Whether there was anything to change. Throws Failure where nobody agrees, or where it fails. */
async function change(plan: Planner, yes: true | undefined): Promise<boolean> {
  const wanted = await moveViews(await plan([]), () => plan([]));
  if (isEmpty(wanted)) return false;
  showPlan(wanted.file);
  requireSettings(wanted.json);
  requireNullable(wanted.json);
  await agreeTo(wanted.json, yes);
  const rest = await tablesFirst(wanted, plan);
  if (!isEmpty(rest)) await apply(rest, () => plan([]));
  return true;
}

const datasetName = (): string => terraform(['output', '-raw', 'dataset']).stdout.trim();

function tellResult(changed: boolean, only: Service | undefined): void {
  if (!changed) {
    console.log(`Nothing was changed: ${only ?? 'the project'} is as this checkout says.`);
    return;
  }
  if (only) {
    console.log(`${only} is deployed.`);
    return;
  }
  const dataset = datasetName();
  const [project] = dataset.split('.');
  console.log(`Deployed. The history is in ${dataset}; "npx dodo status --project ${project}" watches it.`);
}

const command = new Command('npm run deploy --')
  .description('Deploys Dodo to the Google Cloud project of infra/terraform/terraform.tfvars.')
  .option('--yes', 'apply without asking; what would delete data is asked for all the same')
  .addOption(new Option('--only <service>', 'one service and what it needs').choices([...SERVICES]))
  .option('--plan', 'only show what would change')
  .addOption(
    new Option(
      '--imports <file>',
      'only write the commands that take into the state what is there already',
    ).implies({
      plan: true,
    }),
  )
  .action(deploy);

await exitWith(command);
