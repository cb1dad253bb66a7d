import { expect, test } from 'vitest';
import { readConfig, SETTINGS } from '../../shared/config.ts';
import { hcl, local, ofService } from './support/configuration.ts';
import { evaluate, hasTerraform, whyNoTerraform } from './support/terraform.ts';

/** What only the local stack or the framework sets; the token comes as a secret. */
const NOT_SET = ['BIGQUERY_EMULATOR_HOST', 'PUBSUB_EMULATOR_HOST', 'FUNCTION_TARGET', 'X_BEARER_TOKEN'];
const KNOWN = Object.keys(SETTINGS).filter((name) => !NOT_SET.includes(name));
const FILES = ['variables.tf', 'environment.tf'];
const VARIABLES = {
  project_id: 'test-project',
  region: 'europe-west1',
  daily_budget_usd: 12.5,
  alert_emails: [],
};

test('the functions are given exactly the settings that the code knows', () => {
  const names = [...Object.keys(local('tunable')), ...Object.keys(local('settled'))];
  expect(names.sort()).toEqual([...KNOWN].sort());
  expect(local('environment')).toBe(hcl('merge(local.tunable, var.settings, local.settled)'));
  const [run] = ofService('google_cloudfunctions2_function', 'this').service_config;
  expect(run.environment_variables).toBe(hcl('var.platform.environment'));
});

test('what the operator may change has the default of the code', () => {
  for (const [name, value] of Object.entries(local('tunable')))
    expect([name, value]).toEqual([name, SETTINGS[name as keyof typeof SETTINGS].default]);
});

test('the token reaches a function through Secret Manager only', () => {
  const [run] = ofService('google_cloudfunctions2_function', 'this').service_config;
  expect(run.secret_environment_variables).toEqual([
    {
      key: 'X_BEARER_TOKEN',
      project_id: hcl('var.platform.project_id'),
      secret: hcl('var.platform.x_token_secret'),
      version: 'latest',
    },
  ]);
});

test(hasTerraform ? 'the functions accept what Terraform sets' : 'no terraform in PATH to set values', () => {
  if (!hasTerraform) return expect(whyNoTerraform).toBe('ENOENT');
  const settings = { PAGE_SIZE: '500', LOG_LEVEL: 'debug' };
  const environment = evaluate('local.environment', FILES, { ...VARIABLES, settings });
  const config = readConfig(environment as Record<string, string>);
  expect(config).toMatchObject({
    GOOGLE_CLOUD_PROJECT: 'test-project',
    PAGE_SIZE: 500,
    LOG_LEVEL: 'debug',
    DAILY_BUDGET_USD: 12.5,
    MAX_RUN_COST_USD: null,
    HANDLER_DEADLINE_MS: 230_000,
    RETENTION_DAYS: 31,
  });
});
