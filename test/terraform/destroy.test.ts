import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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
/** Its exit code is to be `expected`; `typed` is what somebody answers at a terminal. */
const destroy = async (args: string[], expected = 0, typed?: string) => {
  const ran = await workshop.run('destroy', args, {}, typed);
  expect(ran.code).toBe(expected);
  return { ...ran, applied: ran.commands.filter((command) => / (apply|destroy) /.test(command)) };
};
/** It says why, and nothing was applied. */
async function refused(args: string[], why: RegExp, typed?: string) {
  const { stderr, applied } = await destroy(args, 1, typed);
  expect(stderr).toMatch(why);
  expect(applied).toEqual([]);
}

beforeEach(() => {
  workshop = deployWorkshop();
  workshop.plans(planned(...GONE.map((address) => changed(address, ['delete'], { before: {} }))));
});
afterEach(() => workshop.remove());

test('npm run destroy takes down everything but the data and what is needed to read it', async () => {
  deployed(['data.archive_file.bundle', ...KEPT, ...GONE]);
  const { commands, stdout } = await destroy(['--yes']);
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
  await refused([], /Messages that still wait go with it.*no terminal to ask at/);
});

test('a plan that would take data with it is not applied', async () => {
  deployed([...KEPT, ...GONE]);
  workshop.plans(planned(changed(TABLE, ['delete'], { before: tableWith([]) })));
  await refused(
    ['--yes'],
    /the table completed_scrapes with all its rows\nNothing was changed: that is for --with-data/,
  );
});

test('where only the data is left, nothing is destroyed', async () => {
  deployed(KEPT);
  const { applied, stdout } = await destroy(['--yes']);
  expect(stdout).toMatch(/Nothing is deployed but the data/);
  expect(applied).toEqual([]);
});

test.each([{ args: ['--yes'] }, { args: ['--yes', '--with-data'] }])(
  '$args with nothing deployed makes nothing either',
  async ({ args }) => {
    const { commands, stdout } = await destroy(args);
    expect(stdout).toMatch(/there is nothing to destroy/);
    expect(commands.at(-1)).toBe('terraform state list');
  },
);

test('a state that cannot be read is an error, and not an empty one', async () => {
  workshop.standIn(
    'terraform',
    'case "$*" in *version*) echo \'{"terraform_version":"1.11.4"}\' ;; *"state list"*) echo "Error loading the state: 403" >&2; exit 1 ;; esac',
  );
  const { stderr } = await destroy(['--yes'], 1);
  expect(stderr.trim()).toBe("Terraform's state cannot be read: Error loading the state: 403");
});

describe('npm run destroy -- --with-data', () => {
  const dataset = changed('google_bigquery_dataset.dodo', ['delete'], { before: { dataset_id: 'dodo' } });
  beforeEach(() => {
    deployed([...KEPT, ...GONE]);
    workshop.plans(planned(dataset));
  });

  test('shows all that goes, asks for its own words, then takes the protection off what is there', async () => {
    const { stdout, commands, applied } = await destroy(['--with-data'], 0, 'delete the data');
    expect(stdout).toMatch(/the plan as Terraform shows it.*- the dataset dodo with everything in it/s);
    expect(commands.filter((command) => command.startsWith('terraform plan'))).toEqual([
      'terraform plan -out=plan-1 -destroy -var=deletion_protection=false',
      `terraform plan -out=plan-2 -var=deletion_protection=false -target=google_bigquery_dataset.dodo -target=${TABLE}`,
      'terraform plan -out=plan-3 -destroy -var=deletion_protection=false',
    ]);
    expect(applied).toEqual(['terraform apply plan-2', 'terraform apply plan-3']);
  });

  test.each([['yes'], [''], ['delete']])('takes no other answer: "%s"', async (typed) => {
    await refused(['--with-data', '--yes'], /Nothing was changed\./, typed);
  });

  test.each([[[]], [['--yes']]])('deletes nothing where nobody is to ask, also with %j', async (more) => {
    const why = /for good:.*no terminal to ask at: run this at one; --yes does not cover it/s;
    await refused(['--with-data', ...more], why);
  });

  test('deletes nothing that was not shown', async () => {
    workshop.plans(planned(dataset), planned(dataset), planned(dataset, changed(TABLE, ['delete'])));
    const { applied, stderr } = await destroy(['--with-data'], 1, 'delete the data');
    expect(stderr).toMatch(/would now also delete google_bigquery_table/);
    expect(applied).toEqual(['terraform apply plan-2']);
  });
});
