import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deployWorkshop, type Workshop } from './support/deploy-workshop.ts';
import { changed, planned, said, tableWith } from './support/recorded.ts';
import { startTablesApi } from './support/tables-api.ts';

let workshop: Workshop;
let api: Awaited<ReturnType<typeof startTablesApi>>;

const TOPIC = 'module.getpage.google_pubsub_topic.this';
const SOMETHING = planned(changed(TOPIC, ['create'], { after: { name: 'getpage' } }));
const GETPAGE = 'module.getpage.google_cloudfunctions2_function.this';
const RUN_ID = { name: 'run_id', type: 'STRING' };
/** A view that changes its layer. */
const view = (layer: string) => `module.${layer}_views.google_bigquery_table.views["friends"]`;
const friends = { table_id: 'friends', view: [{}] };
const MOVED = planned(
  changed(view('second'), ['delete'], { before: friends }),
  changed(view('third'), ['create'], { after: friends }),
);

beforeEach(async () => {
  workshop = deployWorkshop();
  workshop.plans(SOMETHING);
  api = await startTablesApi(() => [RUN_ID]);
});
afterEach(async () => {
  workshop.remove();
  await api.stop();
});

/** Its exit code is to be `expected`. */
const deploy = async (args: string[], expected = 0, env: Record<string, string> = {}) => {
  const ran = await workshop.run('deploy', args, { BIGQUERY_EMULATOR_HOST: api.address, ...env });
  ran.stdout = ran.stdout.replaceAll(/^Terraform compares .*\n/gm, '');
  expect(ran.stderr).not.toMatch(/^\s+at /m);
  expect(ran.code).toBe(expected);
  const of = (command: string) => ran.commands.filter((line) => line.startsWith(`terraform ${command}`));
  return { ...ran, planned: of('plan'), applied: of('apply') };
};
/** It says why, and nothing was applied. */
async function refused(args: string[], why: RegExp) {
  const { stderr, applied } = await deploy(args, 1);
  expect(stderr.trim()).toMatch(why);
  expect(applied).toEqual([]);
}

describe('npm run deploy', () => {
  test('stages, plans, applies the plan that was shown, and describes the views', async () => {
    const { commands, stdout } = await deploy(['--yes']);
    expect(commands).toEqual([
      'terraform version',
      'gcloud --version',
      'npm run --silent stage',
      'terraform init',
      'terraform plan -out=plan-1 -target=google_secret_manager_secret.x_bearer_token',
      'terraform show plan-1',
      expect.stringMatching(/^gcloud secrets versions list dodo-x-bearer-token --project=test-project /),
      'terraform plan -out=plan-2 -var=x_token_version=7',
      'terraform show plan-2',
      'terraform show plan-2',
      'terraform apply plan-2',
      'terraform output -raw dataset',
      'terraform output -raw dataset',
    ]);
    expect(stdout).toContain('the plan as Terraform shows it');
    expect(stdout).toContain('friends: columns described');
    expect(api.patched.get('friends')?.schema.fields[0]?.description).toMatch(/\.$/);
    expect(stdout).toMatch(/Deployed\. The history is in test-project\.dodo/);
  });

  test('a second time it applies nothing, describes nothing, and says so', async () => {
    await deploy(['--yes']);
    workshop.plans(planned());
    const { applied, stdout } = await deploy(['--yes']);
    expect(applied).toEqual([]);
    expect(stdout.trim()).toBe('Nothing was changed: the project is as this checkout says.');
  });

  test('a new version of the secret is what the functions are given', async () => {
    workshop.standIn('gcloud', 'case "$*" in *versions*) echo 12 ;; esac');
    const { commands } = await deploy(['--yes']);
    expect(commands).toContain('terraform plan -out=plan-2 -var=x_token_version=12');
  });

  test('changes nothing unasked', async () => {
    await refused([], /no terminal to ask at: say --yes/);
  });

  test('--plan shows what would change and changes nothing, neither cloud nor state', async () => {
    workshop.plans(SOMETHING, MOVED);
    workshop.standIn('gcloud', 'case "$*" in *versions*) echo NOT_FOUND >&2; exit 1 ;; esac');
    const { commands, applied, stdout } = await deploy(['--plan']);
    expect(applied).toEqual([]);
    expect(commands.filter((command) => / state |describe/.test(command))).toEqual([]);
    expect(stdout).toMatch(/holds no token of X yet/);
    expect(stdout).toMatch(/the plan as Terraform shows it/);
    expect(stdout).toMatch(/friends would get another place in the state, and neither be deleted nor made/);
    expect(stdout).toMatch(/Nothing was changed: this was a plan only/);
  });

  test('a view that changes its layer is moved in the state, and neither deleted nor made', async () => {
    workshop.plans(SOMETHING, MOVED, planned());
    const { commands, applied } = await deploy(['--yes']);
    expect(commands).toContain(`terraform state mv ${view('second')} ${view('third')}`);
    expect(applied).toEqual([]);
  });
});

test('providers that Terraform has chosen are told of once: the lock file is to be committed', async () => {
  workshop.record('writes', join(workshop.folder, 'infra', 'terraform', '.terraform.lock.hcl'));
  expect((await deploy(['--yes'])).stdout).toMatch(
    /written infra\/terraform\/\.terraform\.lock\.hcl: commit it/,
  );
  expect((await deploy(['--yes'])).stdout).not.toMatch(/lock\.hcl/);
});

describe('npm run deploy -- --only', () => {
  test('takes one service alone, and no other name', async () => {
    workshop.record('state', '');
    const ran = await deploy(['--yes', '--only', 'getmetadata']);
    const plan = 'terraform plan -out=plan-2 -target=module.getmetadata -var=x_token_version=7';
    expect(ran.planned).toContain(plan);
    expect(ran.stdout).toMatch(/getmetadata is deployed\./);
    await deploy(['--only', 'getpages'], 2);
  });

  test('says why not where what it publishes would be dropped: nobody is subscribed yet', async () => {
    workshop.record('state', 'module.getpage.google_pubsub_subscription.push\n');
    await refused(
      ['--yes', '--only', 'pagedispatch'],
      /pagedispatch publishes to getmetadata, which nobody reads here yet.*deploy everything/,
    );
  });
});

describe('tables and columns that are new', () => {
  const address = 'google_bigquery_table.tables["completed_scrapes"]';
  const column = changed(address, ['update'], {
    before: tableWith([RUN_ID]),
    after: tableWith([RUN_ID, { name: 'pinned', type: 'STRING' }]),
  });
  const bundle = changed(GETPAGE, ['update']);

  test('come before the functions, which wait until BigQuery knows them', async () => {
    workshop.plans(SOMETHING, planned(column, bundle), planned(column), planned(bundle));
    const { applied, ...ran } = await deploy(['--yes']);
    expect(ran.planned.slice(2)).toEqual([
      'terraform plan -out=plan-3 -var=x_token_version=7 -target=google_bigquery_table.tables',
      'terraform plan -out=plan-4 -var=x_token_version=7',
    ]);
    expect(applied).toEqual(['terraform apply plan-3', 'terraform apply plan-4']);
    expect(api.probed).toEqual([
      { table: 'completed_scrapes', json: { pinned: 'dodo_probe', dodo_probe: 'dodo_probe' } },
    ]);
  });

  test('are waited for also by the deploy after one that was cut off: before a function changes all are asked', async () => {
    const there = changed(address, ['no-op'], {
      after: tableWith([
        RUN_ID,
        { name: 'friends', type: 'RECORD', fields: [{ name: 'id', type: 'STRING' }] },
      ]),
    });
    workshop.plans(SOMETHING, planned(there, bundle));
    expect((await deploy(['--yes'])).applied).toEqual(['terraform apply plan-2']);
    expect(api.probed.map(({ json }) => Object.keys(json)[0])).toEqual(['run_id', 'friends', 'friends']);
    // Nothing is asked where no function changes.
    api.probed.length = 0;
    workshop.plans(SOMETHING, planned(there, changed(TOPIC, ['create'])));
    await deploy(['--yes']);
    expect(api.probed).toEqual([]);
  });

  test('come before a service alone, too', async () => {
    workshop.plans(SOMETHING, planned(column, bundle), planned(column), planned(bundle));
    expect((await deploy(['--yes', '--only', 'getmetadata'])).planned.slice(1)).toEqual([
      'terraform plan -out=plan-2 -target=module.getmetadata -var=x_token_version=7',
      'terraform plan -out=plan-3 -var=x_token_version=7 -target=google_bigquery_table.tables',
      'terraform plan -out=plan-4 -target=module.getmetadata -var=x_token_version=7',
    ]);
  });

  test('nothing is applied that was not in the plan that was agreed to', async () => {
    const meanwhile = changed(TOPIC, ['delete', 'create']);
    workshop.plans(SOMETHING, planned(column, bundle), planned(column), planned(bundle, meanwhile));
    const { stderr, applied } = await deploy(['--yes'], 1);
    expect(stderr).toMatch(/would now also delete and create module\.getpage\.google_pubsub_topic\.this/);
    expect(applied).toEqual(['terraform apply plan-3']);
  });
});

describe('what would delete data', () => {
  const table = 'google_bigquery_table.tables["completed_scrapes"]';
  const dropped = planned(
    changed(table, ['update'], {
      before: tableWith([RUN_ID, { name: 'lineage', type: 'STRING' }]),
      after: tableWith([RUN_ID]),
    }),
  );

  test('is named, and wants its own words: --yes does not cover it', async () => {
    workshop.plans(SOMETHING, dropped);
    await refused(
      ['--yes'],
      /delete, for good:\n {2}- the column completed_scrapes\.lineage.*Rolling back.*--yes does not cover it/s,
    );
  });

  test('is refused before anything is touched where Terraform would refuse it half-way', async () => {
    workshop.plans(SOMETHING, planned(changed(table, ['delete'], { before: tableWith([RUN_ID]) })));
    await refused([], /the table completed_scrapes with all its rows.*protected, and nothing was changed/s);
  });

  test('is told by --plan', async () => {
    workshop.plans(SOMETHING, dropped);
    const { stdout } = await deploy(['--plan']);
    expect(stdout).toMatch(/for good:\n {2}- the column completed_scrapes\.lineage/);
  });
});

test('settings that the functions would refuse are refused here, before anything is changed', async () => {
  const environment_variables = { DAILY_BUDGET_USD: '0.0000001' };
  const after = { service_config: [{ environment_variables }] };
  workshop.plans(SOMETHING, planned(changed(GETPAGE, ['update'], { after })));
  await refused(['--yes'], /^DAILY_BUDGET_USD must be an amount .* but it is "0.0000001"\.$/);
});

describe('what fails in Google', () => {
  const missing = said({
    summary: 'Error creating function',
    detail:
      'Build failed with status: FAILURE. Could not build the function due to a missing permission on the build service account.',
    address: GETPAGE,
  });

  test('for a right that is on its way is tried once more, and then it is done', async () => {
    const [made, anew] = [changed(GETPAGE, ['create']), changed(GETPAGE, ['delete', 'create'])];
    // What failed half-way is made anew.
    workshop.plans(SOMETHING, planned(made), planned(anew));
    workshop.record('apply-1.jsonl', missing);
    const { stdout, applied } = await deploy(['--yes']);
    expect(stdout).toMatch(/do not work everywhere yet: what is left is tried once more/);
    expect(applied).toEqual(['terraform apply plan-2', 'terraform apply plan-3']);
  });

  test('because it is there already is told with the command that takes it in', async () => {
    workshop.record(
      'apply-1.jsonl',
      said({
        summary: 'Error creating Topic',
        detail: 'googleapi: Error 409: Resource already exists in the project (resource=getpage).',
        address: TOPIC,
      }),
    );
    const { stderr, applied } = await deploy(['--yes'], 1);
    expect(stderr.trim()).toBe(
      `${TOPIC} is there already, and Terraform does not know of it: take it in, "terraform -chdir=infra/terraform import '${TOPIC}' 'projects/test-project/topics/getpage'", and run this again: it goes on where it stopped.`,
    );
    expect(applied).toHaveLength(1);
  });

  test('after a state was lost: --imports writes the commands for all that would be made, and does nothing', async () => {
    const file = join(workshop.folder, 'imports.sh');
    const { stdout, applied } = await deploy(['--imports', file]);
    expect(stdout).toMatch(/each of the 1 things.*Nothing was changed\./);
    // The commands and nothing else: what is said on the way would be commands to a shell.
    expect(readFileSync(file, 'utf8')).toBe(
      `terraform -chdir=infra/terraform import '${TOPIC}' 'projects/test-project/topics/getpage'\n`,
    );
    expect(applied).toEqual([]);
  });
});

/** As Terraform 1.11.4 said it. */
const MISTAKES: [what: string, said: string, sentence: string][] = [
  [
    'a parent that is no username',
    said({
      summary: 'Invalid value for variable',
      detail:
        'Parents are usernames of X, without @: 1 to 15 letters, digits and underscores.\n\nThis was checked by the validation rule at jobs.tf:21,3-13.',
      range: { filename: 'terraform.tfvars', start: { line: 6 } },
    }),
    'infra/terraform/terraform.tfvars, line 6: Parents are usernames of X, without @: 1 to 15 letters, digits and underscores.',
  ],
  [
    'a name that Terraform only warns of',
    said(
      {
        summary: 'Value for undeclared variable',
        detail:
          'The root module does not declare a variable named "parition_expiration_days" but a value was found in file "terraform.tfvars". If you meant to use this value, add a "variable" block to the configuration.',
      },
      'warning',
    ),
    'infra/terraform/terraform.tfvars sets parition_expiration_days, which is no variable: terraform.tfvars.example names those that there are.',
  ],
  [
    'none for what has no default',
    said({
      summary: 'No value for required variable',
      detail:
        'The root module input variable "daily_budget_usd" is not set, and has no default value. Use a -var or -var-file command line argument to provide a value for this variable.',
      range: { filename: 'variables.tf', start: { line: 28 } },
    }),
    'The variable daily_budget_usd is not set: say it in infra/terraform/terraform.tfvars.',
  ],
];

test.each(MISTAKES)('a mistake in the variables is one sentence: %s', async (_what, line, sentence) => {
  workshop.record('plan-1.jsonl', line);
  const { stderr, applied } = await deploy(['--yes'], 1);
  expect(stderr.trim()).toBe(sentence);
  expect(applied).toEqual([]);
});

describe('npm run deploy says what is missing, in words and without a stack', () => {
  test.each([
    ['terraform', /terraform is not installed.*https:/],
    ['gcloud', /gcloud is not installed.*https:/],
  ])('%s', async (command, sentence) => {
    rmSync(join(workshop.folder, 'bin', command));
    // A PATH of the stand-ins only: this machine may have the real ones.
    const { stderr, commands } = await deploy(['--yes'], 1, { PATH: join(workshop.folder, 'bin') });
    expect(stderr).toMatch(sentence);
    expect(commands.filter((line) => line.startsWith('npm'))).toEqual([]);
  });

  test('a Terraform that is too old', async () => {
    workshop.record('version.json', '{"terraform_version":"1.8.5"}\n');
    await refused(['--yes'], /terraform 1\.8\.5 is too old: install 1\.9 or a later one/);
  });

  test('the variables', async () => {
    rmSync(join(workshop.folder, 'infra', 'terraform', 'terraform.tfvars'));
    await refused(['--yes'], /terraform\.tfvars is missing\. Copy terraform\.tfvars\.example/);
  });

  test("X's token: the secret is made, the token is a person's business, and no function is deployed", async () => {
    workshop.standIn(
      'gcloud',
      'case "$*" in *versions*) echo "NOT_FOUND: Secret not found" >&2; exit 1 ;; esac',
    );
    const { stderr, commands } = await deploy(['--yes'], 1);
    expect(stderr).toContain(
      'gcloud secrets versions add dodo-x-bearer-token --project=test-project --data-file=-',
    );
    expect(commands.at(-1)).toBe('terraform apply plan-1');
  });

  test("the right to see X's token", async () => {
    workshop.standIn('gcloud', 'case "$*" in *versions*) echo "PERMISSION_DENIED: no" >&2; exit 1 ;; esac');
    await refused(
      ['--yes'],
      /cannot be told: PERMISSION_DENIED: no Log in with "gcloud auth login".*run this again\.$/m,
    );
  });
});
