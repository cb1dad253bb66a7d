import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SERVICES } from '../../infra/local/topology.ts';
import { TIME_OUT_MS } from '../../shared/time-limits.ts';
import { hcl, local, ofService, ROOT, root, serviceModule, services } from './support/configuration.ts';
import { localSubscriptions } from './support/topology.ts';

const written = readdirSync(join(ROOT, 'functions'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();

describe('the services of the code and those of Terraform', () => {
  test('are the same, each made by its own call of one module', () => {
    expect(Object.keys(services).sort()).toEqual(written);
    expect([...SERVICES].sort()).toEqual(written);
    expect(Object.keys(root.module ?? {})).toEqual(expect.arrayContaining(written));
  });

  test('each has one function, one topic and one push subscription, and there are no others', () => {
    const types = ['google_cloudfunctions2_function', 'google_pubsub_topic', 'google_pubsub_subscription'];
    for (const type of types) {
      expect(Object.keys(serviceModule.resource[type] ?? {})).toHaveLength(1);
      expect(root.resource[type]).toBeUndefined();
    }
  });

  test('the entry point of each is its name, in one bundle for all', () => {
    const { build_config: builds, name } = ofService('google_cloudfunctions2_function', 'this');
    expect(name).toBe(hcl('var.name'));
    expect(builds[0].entry_point).toBe(hcl('var.name'));
    expect(builds[0].runtime).toBe('nodejs24');
    expect(builds[0].source[0].storage_source[0].object).toBe(hcl('var.platform.bundle'));
  });

  test('the topics are named as the functions are told', () => {
    expect(ofService('google_pubsub_topic', 'this').name).toBe(hcl('var.name'));
    for (const name of SERVICES) expect(local('settled')[`TOPIC_${name.toUpperCase()}`]).toBe(name);
  });
});

describe('the subscriptions', () => {
  const push = ofService('google_pubsub_subscription', 'push');
  const { service_config: run } = ofService('google_cloudfunctions2_function', 'this');

  test.each(SERVICES)('%s is subscribed as in the local stack', async (service) => {
    const expected = (await localSubscriptions())[service];
    expect(services[service].ordered).toBe(expected.enableMessageOrdering);
    expect(push.name.replace(hcl('var.name'), service)).toBe(expected.name);
    expect(push.ack_deadline_seconds).toBe(expected.ackDeadlineSeconds);
    expect(local('retention_days') * 86_400).toBe(expected.messageRetentionDuration.seconds);
    const endpoint = push.push_config[0].push_endpoint
      .replace(hcl('local.uri'), 'https://service.example')
      .replace(hcl('var.platform.project_id'), 'test-project')
      .replace(hcl('google_pubsub_topic.this.name'), expected.topic);
    expect(endpoint).toBe(expected.pushConfig.pushEndpoint);
  });

  test('a handler ends before its function, and the function before the message comes again', () => {
    expect(run[0].timeout_seconds).toBe(hcl('var.platform.timeout_seconds'));
    // That handling_seconds leaves enough of it is checked wherever the settings are read.
    expect(local('timeout_seconds') * 1000).toBe(TIME_OUT_MS);
    expect(local('timeout_seconds')).toBeLessThan(push.ack_deadline_seconds);
  });

  test('throttled is not failed: messages are kept as long as Google allows, without a limit of attempts', () => {
    expect(push.message_retention_duration).toBe(`\${var.platform.retention_days * 86400}s`);
    expect(local('retention_days')).toBe(31);
    expect(push.expiration_policy).toEqual([{ ttl: '' }]);
    expect(push.retry_policy).toEqual([{ minimum_backoff: '10s', maximum_backoff: '600s' }]);
    expect(push.dead_letter_policy).toBeUndefined();
  });

  test("the push's token is for the service's root, which is what Cloud Run accepts", () => {
    expect(push.push_config[0].oidc_token[0].audience).toBe(hcl('local.uri'));
  });
});

test('one instance each, since one makes the calls that X allows, and the planner stands alone', () => {
  for (const service of Object.values(services)) expect(service.max_instances).toBe(1);
  expect(services.getpage.concurrency).toBe(40);
  expect(services.getmetadata.concurrency).toBe(40);
  expect(services.pagedispatch.ordered).toBe(true);
});
