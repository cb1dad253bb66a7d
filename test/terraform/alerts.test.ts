import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RetryLater } from '../../shared/errors.ts';
import { codeIn, hcl, local, ofService, ROOT, root } from './support/configuration.ts';

const code = codeIn('functions', 'shared');
const filters = local('log_filters');
const policies = root.resource.google_monitoring_alert_policy ?? {};

describe('the log filters match the lines that the code writes', () => {
  test('the messages that they look for stand in the code', () => {
    const messages = Object.values<string>(filters).flatMap((filter) =>
      [...filter.matchAll(/"(message \w+|page \w+)"/g)].map(([, message = '']) => message),
    );
    expect(messages).toEqual(expect.arrayContaining(['message rejected', 'page stored', 'page unavailable']));
    for (const message of messages) expect(code).toContain(`'${message}'`);
  });

  test('a line that asks for a person has the fields that the filter and the alert read', () => {
    const { stack } = new RetryLater('X: HTTP 402', { alert: true, cause: 'credits-exhausted' });
    expect(JSON.parse(stack ?? '')).toMatchObject({
      severity: 'ERROR',
      alert: true,
      cause: 'credits-exhausted',
    });
    expect(filters.alerts).toContain('severity >= ERROR AND jsonPayload.alert = true');
    const [condition] = policies.needs_a_person?.[0].conditions ?? [];
    expect(condition.condition_matched_log[0].label_extractors).toEqual({
      cause: 'EXTRACT(jsonPayload.cause)',
      message: 'EXTRACT(jsonPayload.message)',
    });
  });

  test('every cause that the alert explains is one of the code', () => {
    const text = policies.needs_a_person?.[0].documentation[0].content as string;
    const causes = [...text.matchAll(/`([a-z]+-[a-z]+)`/g)].map(([, cause]) => cause);
    expect(causes).toContain('credits-exhausted');
    for (const cause of causes) expect(code).toContain(`'${cause}'`);
  });
});

test('somebody is told of credits and credentials, rejected messages, stalled dispatches and old messages', () => {
  expect(Object.keys(policies).sort()).toEqual(['needs_a_person', 'rejected', 'stalled']);
  for (const [policy] of Object.values(policies)) {
    expect(policy.notification_channels).toBe(hcl('local.alert_channels'));
    // Required for alerts on logs: https://cloud.google.com/logging/docs/alerting/log-based-alerts
    expect(policy.alert_strategy[0].notification_rate_limit).toHaveLength(1);
  }
  const oldest = ofService('google_monitoring_alert_policy', 'oldest_message');
  expect(oldest.notification_channels).toBe(hcl('var.platform.alert_channels'));
  expect(oldest.conditions[0].condition_threshold[0].filter).toContain('oldest_unacked_message_age');
});

describe('the daily watch for stalled dispatches', () => {
  const [job] = root.resource.google_cloud_scheduler_job?.watch_stalled ?? [];

  test('asks the view that says what stalled means, and fails where it finds one', () => {
    const sql = readFileSync(join(ROOT, 'infra', 'terraform', 'stalled.sql'), 'utf8');
    expect(sql).toContain(`${hcl('dataset')}.dispatch_progress`);
    expect(sql).toMatch(/IF\(COUNT\(\*\) = 0, .*, ERROR\(/);
    const view = readFileSync(join(ROOT, 'infra', 'bigquery', 'views', 'dispatch_progress.sql'), 'utf8');
    expect(view).toContain("'stalled'");
  });

  test('the alert listens to that job', () => {
    const [condition] = policies.stalled?.[0].conditions ?? [];
    expect(condition.condition_matched_log[0].filter).toContain(
      hcl('google_cloud_scheduler_job.watch_stalled.name'),
    );
    expect(job.http_target[0].oauth_token[0].service_account_email).toBe(
      hcl('google_service_account.watch.email'),
    );
  });
});
