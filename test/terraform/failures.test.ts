import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Diagnostic } from '../../infra/deploy/diagnostics.ts';
import { failureOf, isOnTheWay } from '../../infra/deploy/failures.ts';
import { IMPORT_IDS } from '../../infra/deploy/imports.ts';
import { root, serviceModule, TERRAFORM, viewsModule } from './support/configuration.ts';

/** As Terraform, its providers and Google say it. */
const FAILURES: [string, Omit<Diagnostic, 'severity'>, RegExp][] = [
  [
    'somebody else deploys',
    {
      summary: 'Error acquiring the state lock',
      detail:
        'Error message: writing "gs://b/dodo/default.tflock" failed\nLock Info:\n  ID:        1712\n  Path:      gs://b\n  Operation: OperationTypeApply\n  Who:       ann@laptop\n',
    },
    /^ann@laptop is deploying, or was cut off.*"terraform -chdir=infra\/terraform force-unlock 1712"/,
  ],
  [
    'the state lies elsewhere now',
    {
      summary: 'Backend configuration changed',
      detail: 'A change in the backend configuration has been detected',
    },
    /backend\.tf.*init -migrate-state.*run this again/,
  ],
  [
    'the lock file does not know this platform',
    {
      summary: 'Failed to install provider',
      detail:
        "the local package for hashicorp/google doesn't match any of the checksums previously recorded in the dependency lock file",
    },
    /\.terraform\.lock\.hcl.*"Versions"/,
  ],
  [
    'nobody is logged in',
    {
      summary: 'Attempted to load application default credentials',
      detail: 'google: could not find default credentials',
    },
    /gcloud auth application-default login/,
  ],
  [
    'somebody is logged in, but for no project',
    {
      summary: 'Error when reading or editing Project Service',
      detail:
        'googleapi: Error 403: Your application is authenticating by using local Application Default Credentials. The serviceusage.googleapis.com API requires a quota project, which is not set by default. SERVICE_DISABLED',
    },
    /"gcloud auth application-default set-quota-project PROJECT", and run this again/,
  ],
  [
    'an API was only just enabled',
    {
      summary: 'Error creating Dataset',
      detail:
        'googleapi: Error 403: BigQuery API has not been used in project 1 before or it is disabled., SERVICE_DISABLED',
    },
    /only just enabled.*wait.*goes on where it stopped/,
  ],
  [
    'the project has no billing',
    { summary: 'Error', detail: 'Error 403: Billing must be enabled for activation of service' },
    /link an account/,
  ],
  [
    'a right is missing',
    { summary: 'Error creating Topic', detail: 'googleapi: Error 403: User not authorized' },
    /lack a right.*lists the roles/,
  ],
  [
    'the dataset was to be moved',
    {
      summary: 'Resource postcondition failed',
      detail:
        'The dataset is in EU and cannot be moved: set dataset_location back, or see "Moving" in README.md.',
    },
    /^The dataset is in EU and cannot be moved: set dataset_location back/,
  ],
  [
    'anything else',
    {
      summary: 'Error creating Job',
      detail: 'googleapi: Error 400: bad cron',
      address: 'google_cloud_scheduler_job.dispatches["weekly"]',
    },
    /^Terraform: Error creating Job googleapi: Error 400: bad cron \(google_cloud_scheduler_job.* stays done; run this again/,
  ],
  [
    'a slip of the pen',
    {
      summary: 'Invalid expression',
      detail: 'Expected the start of an expression, but found an invalid expression token.',
      range: { filename: 'terraform.tfvars', start: { line: 4 } },
    },
    /^infra\/terraform\/terraform\.tfvars, line 4: Invalid expression Expected the start of an expression/,
  ],
];

test.each(FAILURES)('%s: one sentence that says what to do', (_name, diagnostic, sentence) => {
  const { message } = failureOf([{ severity: 'error', ...diagnostic }]);
  expect(message).toMatch(sentence);
  expect(message).not.toContain('\n');
});

test('several failures of one kind are one sentence, and a warning is none', () => {
  const denied = {
    severity: 'error',
    summary: 'Error',
    detail: 'could not find default credentials',
  } as const;
  const warning = { severity: 'warning', summary: 'Resource targeting is in effect' } as const;
  expect(failureOf([denied, denied, warning]).message.split('\n')).toHaveLength(1);
});

test('only rights on their way are worth a second try, and only where nothing else failed', () => {
  const onTheWay = {
    severity: 'error',
    summary: 'Error',
    detail: 'Permission denied on secret: projects/1/secrets/x',
  } as const;
  const other = { severity: 'error', summary: 'Error', detail: 'Error 400: bad' } as const;
  expect(isOnTheWay([onTheWay])).toBe(true);
  expect(isOnTheWay([onTheWay, other])).toBe(false);
  expect(isOnTheWay([])).toBe(false);
});

test('whatever can be there already has an id to import it by, in the code and in the README', () => {
  const types = [root, serviceModule, viewsModule].flatMap(({ resource }) => Object.keys(resource));
  // Granting a right again is no error; the others are no things in Google Cloud, or named by their content.
  const never = /_iam_member$|^terraform_data$|^google_storage_bucket_object$/;
  const wanted = [...new Set(types.filter((type) => !never.test(type)))].sort();
  expect(Object.keys(IMPORT_IDS).sort()).toEqual(wanted);
  const readme = readFileSync(join(TERRAFORM, 'README.md'), 'utf8');
  expect(wanted.filter((type) => !readme.includes(`\`${type}`))).toEqual([]);
});
