import { expect, test } from 'vitest';
import { readConfig, SETTINGS } from '../../shared/config.ts';
import { hcl, ofService } from './support/configuration.ts';
import { evaluate, hasTerraform, whyNoTerraform } from './support/terraform.ts';

const named = (...inCloud: string[]) =>
  Object.entries(SETTINGS).flatMap(([name, setting]) => (inCloud.includes(setting.inCloud) ? [name] : []));

test('of every setting is said how it is set in the cloud', () => {
  const all = named('computed', 'default', 'tunable', 'secret', 'unset');
  expect(all).toEqual(Object.keys(SETTINGS));
  expect(named('secret')).toEqual(['X_BEARER_TOKEN']);
  expect(named('unset')).toEqual(['BIGQUERY_EMULATOR_HOST', 'PUBSUB_EMULATOR_HOST', 'FUNCTION_TARGET']);
});

test('the token reaches a function through Secret Manager only', () => {
  const [run] = ofService('google_cloudfunctions2_function', 'this').service_config;
  expect(run.environment_variables).toBe(
    hcl('merge(var.platform.environment, { LOG_EXECUTION_ID = "true" })'),
  );
  expect(run.secret_environment_variables).toEqual([
    {
      key: 'X_BEARER_TOKEN',
      project_id: hcl('var.platform.project_id'),
      secret: hcl('var.platform.x_token.secret'),
      version: hcl('var.platform.x_token.version'),
    },
  ]);
});

test(hasTerraform ? 'the functions accept what Terraform sets' : 'no terraform in PATH to set values', () => {
  if (!hasTerraform) return expect(whyNoTerraform).toBe('ENOENT');
  const settings = { PAGE_SIZE: '500', LOG_LEVEL: 'debug' };
  const environment = evaluate('local.environment', { daily_budget_usd: 12.5, settings });
  expect(Object.keys(environment as object)).toEqual(named('computed', 'default', 'tunable').sort());
  expect(readConfig(environment as Record<string, string>)).toMatchObject({
    GOOGLE_CLOUD_PROJECT: 'test-project',
    TOPIC_GETPAGE: 'getpage',
    PAGE_SIZE: 500,
    LOG_LEVEL: 'debug',
    DAILY_BUDGET_USD: 12.5,
    MAX_RUN_COST_USD: null,
    HANDLER_DEADLINE_MS: 230_000,
    RETENTION_DAYS: 31,
  });
});
