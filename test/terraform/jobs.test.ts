import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@cdktn/hcl2json';
import { expect, test } from 'vitest';
import { decodeDispatchRequest } from '../../shared/messages/dispatch-request.ts';
import { hcl, local, root, TERRAFORM } from './support/configuration.ts';
import { evaluate, hasTerraform, whyNoTerraform } from './support/terraform.ts';

const JOBS = [
  { name: 'weekly', schedule: '0 3 * * 1', parents: ['nasa', 'BBCWorld'], page_size: 500, max_cost_usd: 2.5 },
  { name: 'daily', schedule: '30 4 * * *', parents: ['esa'] },
  {
    ...{ name: 'checks', schedule: '0 6,18 * * *', parents: ['esa'] },
    ...{ mode: 'check', keyframe_days: 60, max_depth: 1000 },
  },
];

test(
  hasTerraform
    ? 'what a job publishes is a dispatch request, with only what the job sets'
    : 'no terraform in PATH: the request is built from the fields of the job',
  () => {
    if (!hasTerraform) {
      expect(whyNoTerraform).toBe('ENOENT');
      expect(local('dispatch_requests')).toMatch(/job = \{ name = job\.name \}, parents = job\.parents/);
      expect(local('dispatch_requests')).toMatch(/pageSize = job\.page_size, maxCostUsd = job\.max_cost_usd/);
      expect(local('dispatch_requests')).toMatch(/\{ mode = job\.mode \}/);
      expect(local('dispatch_requests')).toMatch(
        /keyframeDays = job\.keyframe_days, maxDepth = job\.max_depth/,
      );
      return;
    }
    const requests = evaluate('local.dispatch_requests', { jobs: JOBS }) as Record<string, unknown>;
    expect(decodeDispatchRequest(requests.weekly, 0)).toEqual({
      job: { name: 'weekly' },
      parents: [{ username: 'nasa' }, { username: 'BBCWorld' }],
      pageSize: 500,
      maxCostUsd: 2.5,
    });
    expect(decodeDispatchRequest(requests.daily, 0)).toEqual({
      job: { name: 'daily' },
      parents: [{ username: 'esa' }],
    });
    expect(decodeDispatchRequest(requests.checks, 0)).toEqual({
      job: { name: 'checks' },
      parents: [{ username: 'esa' }],
      ...{ mode: 'check', keyframeDays: 60, maxDepth: 1000 },
    });
  },
);

test('a job publishes to pagedispatch and says that the scheduler asks', () => {
  const [job] = root.resource.google_cloud_scheduler_job?.dispatches ?? [];
  expect(job.pubsub_target).toEqual([
    {
      topic_name: hcl('module.pagedispatch.topic'),
      data: hcl('base64encode(jsonencode(local.dispatch_requests[each.key]))'),
      attributes: { origin: 'cloud-scheduler' },
    },
  ]);
});

test('the example of terraform.tfvars sets what has no default, and Terraform takes it', async () => {
  const name = 'terraform.tfvars.example';
  const example = await parse('terraform.tfvars', readFileSync(join(TERRAFORM, name), 'utf8'));
  const required = Object.entries(root.variable).filter(([, [body]]) => !('default' in body));
  expect(Object.keys(example)).toEqual(expect.arrayContaining(required.map(([variable]) => variable)));
  expect(Object.keys(root.variable)).toEqual(expect.arrayContaining(Object.keys(example)));
  if (!hasTerraform) return expect(whyNoTerraform).toBe('ENOENT');
  const requests = evaluate('local.dispatch_requests', example) as Record<string, unknown>;
  for (const request of Object.values(requests)) decodeDispatchRequest(request, 0);
});
