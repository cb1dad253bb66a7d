import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Diagnostic } from '../../infra/deploy/diagnostics.ts';
import { failureOf, isOnTheWay } from '../../infra/deploy/failures.ts';
import { IMPORT_IDS } from '../../infra/deploy/imports.ts';
import { root, serviceModule, TERRAFORM, viewsModule } from './support/configuration.ts';

/** As Terraform, its providers and Google say it. */
const FAILURES: [
  what: string,
  summary: string,
  detail: string,
  sentence: RegExp,
  at?: Partial<Diagnostic>,
][] = [
  [
    'somebody else deploys',
    'Error acquiring the state lock',
    'Error message: writing "gs://b/dodo/default.tflock" failed\nLock Info:\n  ID:        1712\n  Path:      gs://b\n  Operation: OperationTypeApply\n  Who:       ann@laptop\n',
    /^ann@laptop is deploying, or was cut off.*"terraform -chdir=infra\/terraform force-unlock 1712"/,
  ],
  [
    'the state lies elsewhere now',
    'Backend configuration changed',
    'A change in the backend configuration has been detected',
    /backend\.tf.*init -migrate-state.*run this again/,
  ],
  [
    'the lock file does not know this platform',
    'Failed to install provider',
    "the local package for hashicorp/google doesn't match any of the checksums previously recorded in the dependency lock file",
    /\.terraform\.lock\.hcl.*"Versions"/,
  ],
  [
    'nobody is logged in',
    'Attempted to load application default credentials',
    'google: could not find default credentials',
    /gcloud auth application-default login/,
  ],
  [
    'somebody is logged in, but for no project',
    'Error when reading or editing Project Service',
    'googleapi: Error 403: Your application is authenticating by using local Application Default Credentials. The serviceusage.googleapis.com API requires a quota project, which is not set by default. SERVICE_DISABLED',
    /"gcloud auth application-default set-quota-project PROJECT", and run this again/,
  ],
  [
    'an API was only just enabled',
    'Error creating Dataset',
    'googleapi: Error 403: BigQuery API has not been used in project 1 before or it is disabled., SERVICE_DISABLED',
    /only just enabled.*wait.*goes on where it stopped/,
  ],
  [
    'the project has no billing',
    'Error',
    'Error 403: Billing must be enabled for activation of service',
    /link an account/,
  ],
  [
    'a right is missing',
    'Error creating Topic',
    'googleapi: Error 403: User not authorized',
    /lack a right.*lists the roles/,
  ],
  [
    'the dataset was to be moved',
    'Resource postcondition failed',
    'The dataset is in EU and cannot be moved: set dataset_location back, or see "Moving" in README.md.',
    /^The dataset is in EU and cannot be moved: set dataset_location back/,
  ],
  [
    'anything else',
    'Error creating Job',
    'googleapi: Error 400: bad cron',
    /^Terraform: Error creating Job googleapi: Error 400: bad cron \(google_cloud_scheduler_job.* stays done; run this again/,
    { address: 'google_cloud_scheduler_job.dispatches["weekly"]' },
  ],
  [
    'a slip of the pen',
    'Invalid expression',
    'Expected the start of an expression, but found an invalid expression token.',
    /^infra\/terraform\/terraform\.tfvars, line 4: Invalid expression Expected the start of an expression/,
    { range: { filename: 'terraform.tfvars', start: { line: 4 } } },
  ],
];

test.each(FAILURES)('%s: one sentence that says what to do', (_what, summary, detail, sentence, at) => {
  const { message } = failureOf([{ severity: 'error', summary, detail, ...at }]);
  expect(message).toMatch(sentence);
  expect(message).not.toContain('\n');
});

const error = (detail: string): Diagnostic => ({ severity: 'error', summary: 'Error', detail });

test('several failures of one kind are one sentence, and a warning is none', () => {
  const denied = error('could not find default credentials');
  const warning = { severity: 'warning', summary: 'Resource targeting is in effect' } as const;
  expect(failureOf([denied, denied, warning]).message.split('\n')).toHaveLength(1);
});

test('only rights on their way are worth a second try, and only where nothing else failed', () => {
  const onTheWay = error('Permission denied on secret: projects/1/secrets/x');
  const other = error('Error 400: bad');
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
