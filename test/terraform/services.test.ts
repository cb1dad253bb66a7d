import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { memoryMiB, SERVICES } from '../../infra/local/topology.ts';
import services from '../../infra/services.json' with { type: 'json' };
import limits from '../../shared/time-limits.json' with { type: 'json' };
import { hcl, local, ofService, ROOT, root, serviceModule } from './support/configuration.ts';

describe('the services of infra/services.json', () => {
  test('are those that the code has, each made by its own call of one module', () => {
    const folders = readdirSync(join(ROOT, 'functions'), { withFileTypes: true });
    const written = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect([...SERVICES].sort()).toEqual(written.sort());
    expect(local('services')).toBe(hcl(`jsondecode(file("${hcl('path.module')}/../services.json"))`));
    for (const name of SERVICES) {
      expect(root.module?.[name]?.[0]).toMatchObject({ name, service: hcl(`local.services.${name}`) });
      expect(local('topics')[name]).toBe(hcl(`module.${name}.topic`));
    }
  });

  test('each has one function, one topic and one push subscription; for others there is a topic, and whoever is named may subscribe to it', () => {
    const types = ['google_cloudfunctions2_function', 'google_pubsub_topic', 'google_pubsub_subscription'];
    for (const type of types) {
      expect(Object.keys(serviceModule.resource[type] ?? {})).toHaveLength(1);
    }
    expect(types.filter((type) => root.resource[type])).toEqual(['google_pubsub_topic']);
    expect(root.resource.google_pubsub_topic).toEqual({
      changes: [expect.objectContaining({ name: 'changes' })],
    });
    expect(local('topics').changes).toBe(hcl('google_pubsub_topic.changes.id'));
    expect(root.resource.google_pubsub_topic_iam_member?.subscribers?.[0]).toMatchObject({
      for_each: hcl('toset(var.changes_subscribers)'),
      topic: hcl('google_pubsub_topic.changes.id'),
      role: 'roles/pubsub.subscriber',
    });
  });

  test('the entry point of each is its name, in one bundle for all', () => {
    const { build_config: builds, name } = ofService('google_cloudfunctions2_function', 'this');
    expect(name).toBe(hcl('var.name'));
    expect(builds[0].entry_point).toBe(hcl('var.name'));
    expect(builds[0].runtime).toBe('nodejs24');
    expect(builds[0].source[0].storage_source[0].object).toBe(hcl('var.platform.bundle'));
    expect(ofService('google_pubsub_topic', 'this').name).toBe(hcl('var.name'));
  });

  test('one instance each, since one makes the calls that X allows', () => {
    expect(Object.values(services).map(({ maxInstances }) => maxInstances)).toEqual([1, 1, 1]);
    expect([services.getpage.concurrency, services.getmetadata.concurrency]).toEqual([40, 40]);
    expect(services.pagedispatch.ordered).toBe(true);
    expect(SERVICES.map(memoryMiB)).toEqual([512, 1024, 512]);
  });
});

describe('the subscriptions', () => {
  const push = ofService('google_pubsub_subscription', 'push');
  const { service_config: run } = ofService('google_cloudfunctions2_function', 'this');

  test('a function is ended before its message comes again', () => {
    // That a handler ends before its function is checked wherever the settings are read.
    expect(run[0].timeout_seconds).toBe(hcl('var.platform.time_limits.functionSeconds'));
    expect(push.ack_deadline_seconds).toBe(hcl('var.platform.time_limits.ackDeadlineSeconds'));
    expect(limits.functionSeconds).toBeLessThan(limits.ackDeadlineSeconds);
  });

  test('throttled is not failed: messages are kept as long as Google allows, without a limit of attempts', () => {
    expect(push.message_retention_duration).toBe(`\${var.platform.retention_days * 86400}s`);
    expect(local('platform').retention_days).toBe(hcl('tonumber(local.environment.RETENTION_DAYS)'));
    expect(local('fixed')).toContain('setting.inCloud == "default"');
    expect(push.expiration_policy).toEqual([{ ttl: '' }]);
    expect(push.retry_policy).toEqual([{ minimum_backoff: '10s', maximum_backoff: '600s' }]);
    expect(push.dead_letter_policy).toBeUndefined();
  });

  test("a push names the topic in its path, and its token is for the service's root, as Cloud Run wants", () => {
    const path = `projects/${hcl('var.platform.project_id')}/topics/${hcl('google_pubsub_topic.this.name')}`;
    expect(push.push_config[0].push_endpoint).toBe(`${hcl('local.uri')}/${path}`);
    expect(push.push_config[0].oidc_token[0].audience).toBe(hcl('local.uri'));
  });
});
