import { afterEach, beforeEach, expect, test } from 'vitest';
import { deployWorkshop, type Workshop } from './support/deploy-workshop.ts';

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
];

let workshop: Workshop;
const deployed = (addresses: string[]) =>
  workshop.standIn(
    'terraform',
    `case "$*" in *"state list"*) cat <<'LIST'\n${addresses.join('\n')}\nLIST\n;; esac`,
  );

beforeEach(() => {
  workshop = deployWorkshop();
  workshop.standIn('npm', '');
  workshop.standIn('gcloud', '');
});
afterEach(() => workshop.remove());

test('npm run destroy takes down everything but the data and what is needed to read it', async () => {
  deployed(['data.archive_file.bundle', ...KEPT, ...GONE]);
  const { code, commands, stdout } = await workshop.run('destroy', ['--yes']);
  expect(code).toBe(0);
  const targets = GONE.map((address) => `-target=${address}`).join(' ');
  expect(commands.at(-1)).toBe(`terraform destroy -auto-approve ${targets}`);
  expect(stdout).toMatch(/tables and views are kept/);
});

test('without --yes, Terraform itself asks', async () => {
  deployed(GONE);
  const { commands } = await workshop.run('destroy', []);
  expect(commands.at(-1)).toMatch(/^terraform destroy -target=/);
});

test('where only the data is left, nothing is destroyed', async () => {
  deployed(KEPT);
  const { code, commands, stdout } = await workshop.run('destroy', ['--yes']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/Nothing is deployed but the data/);
  expect(commands.filter((command) => command.includes(' destroy'))).toEqual([]);
});

test('a state that cannot be read is an error, and not an empty one', async () => {
  workshop.standIn(
    'terraform',
    'case "$*" in *"state list"*) echo "Error loading the state: 403" >&2; exit 1 ;; esac',
  );
  const { code, stderr } = await workshop.run('destroy', ['--yes']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/Error loading the state: 403/);
});

test('--with-data takes the protection off the tables first', async () => {
  deployed([...KEPT, ...GONE]);
  const { code, commands } = await workshop.run('destroy', ['--with-data', '--yes']);
  expect(code).toBe(0);
  expect(commands.slice(-2)).toEqual([
    'terraform apply -auto-approve -var=deletion_protection=false -target=google_bigquery_dataset.dodo -target=google_bigquery_table.tables',
    'terraform destroy -var=deletion_protection=false -auto-approve',
  ]);
});

test('--with-data asks, and where there is nobody to ask it deletes nothing', async () => {
  deployed([...KEPT, ...GONE]);
  const { code, commands, stderr } = await workshop.run('destroy', ['--with-data']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/for good.*say --yes/);
  expect(commands.filter((command) => /apply| destroy/.test(command))).toEqual([]);
});
