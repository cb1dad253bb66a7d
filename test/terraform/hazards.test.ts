import { describe, expect, test } from 'vitest';
import { hcl, local, ofService, root, serviceModule, viewsModule } from './support/configuration.ts';
import { evaluate, hasTerraform, refusalsOf, whyNoTerraform } from './support/terraform.ts';

/** What was seen to hurt with Google's own provider, or is told by Google's documents; the configuration's remedies. */
describe('the configuration keeps an operator from', () => {
  const resource = (type: string, name: string) => root.resource[type]?.[name]?.[0];

  test('an alert channel that cannot be deleted, since alerts still name it', () => {
    const channel = resource('google_monitoring_notification_channel', 'email');
    expect(channel.lifecycle).toEqual([{ create_before_destroy: true }]);
  });

  test('an expiration of partitions that stays when it is taken out', () => {
    const [partitioning] = resource('google_bigquery_table', 'tables').dynamic.time_partitioning;
    expect(partitioning.content[0].expiration_ms).toBe(
      hcl('var.partition_expiration_days == null ? 0 : var.partition_expiration_days * local.day_ms'),
    );
    expect(local('day_ms')).toBe(hcl('24 * 60 * 60 * 1000'));
  });

  test('five weeks without a deploy after a destroy: the id of a deleted role is not asked for again', () => {
    const role = resource('google_project_iam_custom_role', 'appender');
    expect(role.role_id).toBe(`dodoAppender_${hcl('substr(terraform_data.deployment.id, 0, 8)')}`);
    expect(local('platform').appender_role).toBe(hcl('google_project_iam_custom_role.appender.name'));
  });

  test('what a job publishes before anybody is subscribed', () => {
    const job = resource('google_cloud_scheduler_job', 'dispatches');
    expect(job.depends_on).toEqual(
      ['pagedispatch', 'getpage', 'getmetadata'].map((name) => hcl(`module.${name}`)),
    );
  });

  test('a dataset that is deleted because the region has changed', () => {
    const [lifecycle] = resource('google_bigquery_dataset', 'dodo').lifecycle;
    expect(lifecycle.ignore_changes).toEqual([hcl('location')]);
    expect(lifecycle.postcondition[0].condition).toContain(
      'lower(self.location) == lower(var.dataset_location)',
    );
    const watch = resource('google_cloud_scheduler_job', 'watch_stalled');
    expect(watch.http_target[0].body).toContain('google_bigquery_dataset.dodo.location');
  });

  test('a function that is made anew, and that nobody may call', () => {
    expect(ofService('google_cloud_run_v2_service_iam_member', 'push').lifecycle).toEqual([
      { replace_triggered_by: [hcl('google_cloudfunctions2_function.this.id')] },
    ]);
  });

  test('functions that are built again because files were staged under another umask', () => {
    expect(root.data?.archive_file?.bundle?.[0].output_file_mode).toBe('0644');
  });

  test('an API that is read and not enabled', () => {
    expect(local('apis')).toContain('"cloudresourcemanager.googleapis.com"');
  });

  test('providers that were never seen to work, in the modules too', () => {
    const versions = (module: { terraform?: { required_providers: { google: { version: string } }[] }[] }) =>
      module.terraform?.[0]?.required_providers[0]?.google.version;
    expect([root, serviceModule, viewsModule].map(versions)).toEqual(['>= 7.45, < 9', '>= 7.45', '>= 7.45']);
  });

  test('functions that run before the tables that they append to are there', () => {
    // Who reads one thing of the platform waits for all that is in it.
    expect(local('platform').tables).toContain('google_bigquery_table.tables');
    expect(ofService('google_cloudfunctions2_function', 'this').location).toBe(hcl('var.platform.region'));
  });

  test('costs and logs that cannot be told from others', () => {
    expect(local('labels')).toEqual({ app: 'dodo' });
    expect(root.provider?.google?.[0].default_labels).toBe(hcl('local.labels'));
    const policies = Object.values(root.resource.google_monitoring_alert_policy ?? {});
    expect(policies.map(([policy]) => policy.user_labels)).toEqual(policies.map(() => hcl('local.labels')));
    const watch = resource('google_cloud_scheduler_job', 'watch_stalled');
    expect(watch.http_target[0].body).toContain('labels');
    const [run] = ofService('google_cloudfunctions2_function', 'this').service_config;
    expect(run.environment_variables).toContain('LOG_EXECUTION_ID = "true"');
  });
});

describe(hasTerraform ? 'Terraform itself' : 'no terraform in PATH to try it', () => {
  test.runIf(hasTerraform).each([
    ['acme-12c1', '`acme-12c1`.`dodo`'],
    ['all-hands', '`all-hands`.`dodo`'],
  ])('quotes the project %s in SQL, which would be no name there', (project_id, quoted) => {
    expect(evaluate('local.dataset_in_sql', { project_id })).toBe(quoted);
    const [view] = viewsModule.resource.google_bigquery_table?.views ?? [];
    expect(view.view[0].query).toContain('var.in_sql');
    expect(root.module?.first_views?.[0].in_sql).toBe(hcl('local.dataset_in_sql'));
    expect(root.resource.google_cloud_scheduler_job?.watch_stalled?.[0].http_target[0].body).toContain(
      'local.dataset_in_sql',
    );
  });

  const amount = 'an amount in US dollars, 0 or more, with at most 6 decimals.';
  const job = (more: object) => ({
    jobs: [{ name: 'weekly', schedule: '0 3 * * 1', parents: ['nasa'], ...more }],
  });
  test.runIf(hasTerraform).each([
    [{ daily_budget_usd: 0.0000001 }, `A budget is ${amount}`],
    [{ daily_budget_usd: -1 }, `A budget is ${amount}`],
    [{ max_run_cost_usd: 1.2345678 }, `A cap is ${amount}`],
    [{ partition_expiration_days: 61 }, 'At least 62 whole days'],
    [{ partition_expiration_days: 62.5 }, 'At least 62 whole days'],
    [{ settings: { PAGESIZE: '500' } }, 'Unknown name. What can be set: BIGQUERY_DEADLINE_MS, LOG_LEVEL'],
    [{ settings: { DAILY_BUDGET_USD: '5' } }, 'Unknown name.'],
    [{ project_id: 'My Project' }, "A project's id (not its name or its number)"],
    [{ region: 'EU' }, 'A region is named such as europe-west1'],
    [{ x_token_version: 'newest' }, 'A version is a number, or latest.'],
    [job({ parents: ['@nytimes'] }), 'Parents are usernames of X, without @'],
    [job({ page_size: 2000 }), 'X gives 1 to 1000 friends a page.'],
  ])('refuses %j', (variables, sentence) => {
    expect(refusalsOf(variables)).toEqual([expect.stringContaining(sentence)]);
  });

  test.runIf(hasTerraform)('refuses nothing of an ordinary deployment', () => {
    const ordinary = {
      daily_budget_usd: 12.5,
      max_run_cost_usd: 0,
      partition_expiration_days: 62,
      x_token_version: '7',
    };
    expect(refusalsOf({ ...ordinary, ...job({ page_size: 500 }) })).toEqual([]);
    // Where it cannot be tried, that is the reason.
    expect(whyNoTerraform).toBeUndefined();
  });
});
