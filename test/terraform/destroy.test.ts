import { afterEach, beforeEach, expect, test } from 'vitest';
import { deployWorkshop, type Workshop } from './support/deploy-workshop.ts';
import { changed, planned, tableWith } from './support/recorded.ts';

const KEPT = [
  'google_bigquery_dataset.dodo',
  'google_bigquery_table.tables["completed_scrapes"]',
  'google_project_service.apis["bigquery.googleapis.com"]',
  'module.third_views.google_bigquery_table.views["friend_changes"]',
];
const GONE = [
  'google_bigquery_dataset_iam_member.watch_reads',
  'google_cloud_scheduler_job.dispatches["weekly"]',
  'google_secret_manager_secret.x_bearer_token',
  'module.getpage.google_cloudfunctions2_function.this',
  'module.getpage.google_bigquery_table_iam_member.reads["completed_scrapes"]',
  'terraform_data.deployment',
];
const [, TABLE = ''] = KEPT;

let workshop: Workshop;
const deployed = (addresses: string[]) => workshop.record('state', `${addresses.join('\n')}\n`);
const destroy = async (...args: string[]) => {
  const ran = await workshop.run('destroy', args);
  return { ...ran, applied: ran.commands.filter((command) => / (apply|destroy) /.test(command)) };
};

beforeEach(() => {
  workshop = deployWorkshop();
  workshop.plans(planned(...GONE.map((address) => changed(address, ['delete'], { before: {} }))));
});
afterEach(() => workshop.remove());

test('npm run destroy takes down everything but the data and what is needed to read it', async () => {
  deployed(['data.archive_file.bundle', ...KEPT, ...GONE]);
  const { code, commands, stdout } = await destroy('--yes');
  expect(code).toBe(0);
  const targets = GONE.map((address) => `-target=${address}`).join(' ');
  expect(commands.slice(-4)).toEqual([
    `terraform plan -out=plan-1 -destroy ${targets}`,
    'terraform show plan-1',
    'terraform show plan-1',
    'terraform apply plan-1',
  ]);
  expect(stdout).toMatch(/tables and views are kept/);
});

test('it asks, says what becomes of messages, and without an answer destroys nothing', async () => {
  deployed(GONE);
  const subscription = changed('module.getpage.google_pubsub_subscription.push', ['delete'], { before: {} });
  workshop.plans(planned(subscription));
  const { code, stderr, applied } = await destroy();
  expect(code).toBe(1);
  expect(stderr).toMatch(/Messages that still wait go with it.*no terminal to ask at/);
  expect(applied).toEqual([]);
});

test('a plan that would take data with it is not applied', async () => {
  deployed([...KEPT, ...GONE]);
  workshop.plans(planned(changed(TABLE, ['delete'], { before: tableWith([]) })));
  const { code, stderr, applied } = await destroy('--yes');
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /the table completed_scrapes with all its rows\nNothing was changed: that is for --with-data/,
  );
  expect(applied).toEqual([]);
});

test('where only the data is left, nothing is destroyed', async () => {
  deployed(KEPT);
  const { code, applied, stdout } = await destroy('--yes');
  expect(code).toBe(0);
  expect(stdout).toMatch(/Nothing is deployed but the data/);
  expect(applied).toEqual([]);
});

test.each([[['--yes']], [['--yes', '--with-data']]])(
  '%j with nothing deployed makes nothing either',
  async (args) => {
    const { code, commands, stdout } = await destroy(...args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/there is nothing to destroy/);
    expect(commands.at(-1)).toBe('terraform state list');
  },
);

test('a state that cannot be read is an error, and not an empty one', async () => {
  workshop.standIn(
    'terraform',
    'case "$*" in *version*) echo \'{"terraform_version":"1.11.4"}\' ;; *"state list"*) echo "Error loading the state: 403" >&2; exit 1 ;; esac',
  );
  const { code, stderr } = await destroy('--yes');
  expect(code).toBe(1);
  expect(stderr.trim()).toBe("Terraform's state cannot be read: Error loading the state: 403");
});

test('--with-data takes the protection off what is there first, and makes nothing that is not', async () => {
  deployed([...KEPT, ...GONE]);
  const { code, commands, applied } = await destroy('--with-data', '--yes');
  expect(code).toBe(0);
  expect(commands.filter((command) => command.startsWith('terraform plan'))).toEqual([
    `terraform plan -out=plan-1 -var=deletion_protection=false -target=google_bigquery_dataset.dodo -target=${TABLE}`,
    'terraform plan -out=plan-2 -destroy -var=deletion_protection=false',
  ]);
  expect(applied).toEqual(['terraform apply plan-1', 'terraform apply plan-2']);
});

test('--with-data asks for its own words, and where there is nobody to ask it deletes nothing', async () => {
  deployed([...KEPT, ...GONE]);
  const { code, applied, stderr } = await destroy('--with-data');
  expect(code).toBe(1);
  expect(stderr).toMatch(/for good.*say --yes/);
  expect(applied).toEqual([]);
});
