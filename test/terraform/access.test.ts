import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SERVICES, type Service } from '../../infra/local/topology.ts';
import services from '../../infra/services.json' with { type: 'json' };
import { codeIn, hcl, ofService, ROOT, root, serviceModule, TERRAFORM } from './support/configuration.ts';

/** By what a service's code calls: which table it must be able to read or append to. */
const CALLS: Record<string, { reads: RegExp; appends: RegExp }> = {
  completed_scrapes: { reads: /scrapes\.ofDispatch/, appends: /scrapes\.append\(/ },
  dispatches: { reads: /dispatches\.(of|committed)\(/, appends: /(?<!requested\.)\binsert\(/ },
  // It records what is not there yet.
  requested_dispatches: { reads: /requested\.insert\(/, appends: /requested\.insert\(/ },
  account_metadata: { reads: /metadata\.has\(|answers\.of\(/, appends: /metadata\.append\(/ },
  forgotten_accounts: { reads: /knownLists\.forgotten\(/, appends: /forgotten\.append\(/ },
  stops: { reads: /stops\.(stopOf|assertGoes)\(/, appends: /stops\.append\(/ },
  rejected_messages: { reads: /rejected\.(?!append)\w+\(/, appends: /decodeOrReject\(/ },
};

/** By what it asks of views: which of them, and what these read. */
const CALLS_OF_VIEWS: Record<string, RegExp> = {
  dispatch_progress: /announcements\.shown\(/,
  friend_changes: /announcements\.changes\(/,
};

/** A view, and all that it reads. */
function readBy(view: string): string[] {
  const file = join(ROOT, 'infra', 'bigquery', 'views', `${view}.sql`);
  if (!existsSync(file)) return [view];
  const names = [...readFileSync(file, 'utf8').matchAll(/\$\{dataset\}\.(\w+)/g)];
  return [view, ...names.flatMap(([, name = '']) => readBy(name))];
}

const codeOf = (service: Service) => codeIn(`functions/${service}`);

const tablesWith = (service: Service, call: 'reads' | 'appends') =>
  Object.keys(CALLS).filter((table) => CALLS[table]?.[call].test(codeOf(service)));

const viewsRead = (service: Service) =>
  Object.keys(CALLS_OF_VIEWS).filter((view) => CALLS_OF_VIEWS[view]?.test(codeOf(service)));

/** Topics that the code publishes to: `bus.publish(config.TOPIC_X`, or a helper that is given bus and topic. */
function topicsPublishedTo(service: Service): string[] {
  const found = [...codeOf(service).matchAll(/(?:publish\(|bus,)\s*(?:ports\.)?config\.TOPIC_(\w+)/g)];
  return [...new Set(found.map(([, topic = '']) => topic.toLowerCase()))].sort();
}

describe('what a service may do is what its code does', () => {
  test.each(SERVICES)('%s reads and appends to its tables only', (service) => {
    const reads = new Set([...tablesWith(service, 'reads'), ...viewsRead(service).flatMap(readBy)]);
    expect([...services[service].reads].sort()).toEqual([...reads].sort());
    expect([...services[service].appends].sort()).toEqual(tablesWith(service, 'appends').sort());
  });

  test.each(SERVICES)('%s publishes to the topics that it feeds only', (service) => {
    expect([...services[service].publishes].sort()).toEqual(topicsPublishedTo(service));
  });

  test.each(SERVICES)('of %s the operator is told the same', (service) => {
    const text = readFileSync(join(TERRAFORM, 'README.md'), 'utf8');
    const [, rows = ''] = new RegExp(`\\| \`dodo-${service}\` ([^]*?)\\n\\| [^|]`).exec(text) ?? [];
    const on = (right: string) => {
      const [, named = ''] = new RegExp(`\\| ${right}[^|]*\\|([^|]*)\\|`).exec(rows) ?? [];
      return [...named.matchAll(/`(\w+)`/g)].map(([, name]) => name).sort();
    };
    const { reads, appends, publishes } = services[service];
    expect([on('read rows'), on('append rows'), on('publish')]).toEqual(
      [reads, appends, publishes].map((names) => [...names].sort()),
    );
  });

  test('no account is granted more than a role for one thing', () => {
    const grants = [root, serviceModule].flatMap(({ resource }) =>
      Object.entries(resource)
        .filter(([type]) => type.endsWith('_iam_member'))
        .flatMap(([type, byName]) => Object.values(byName).map(([grant]) => ({ type, ...grant }))),
    );
    expect(grants.length).toBeGreaterThanOrEqual(9);
    for (const { role } of grants)
      expect(role).not.toMatch(/roles\/(owner|editor|viewer)|\.admin|\.owner|dataEditor/);
    const ofProject = grants.filter(({ type }) => type === 'google_project_iam_member');
    // Running a query can be allowed for a project only.
    expect(new Set(ofProject.map(({ role }) => role))).toEqual(
      new Set(['roles/bigquery.jobUser', hcl('each.value')]),
    );
  });
});

describe('nothing is public, and no secret is written down', () => {
  const files = readdirSync(TERRAFORM, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(tf|hcl|example|sql)$/.test(file) && !file.includes('.terraform/'))
    .map((file) => ({ file, text: readFileSync(join(TERRAFORM, file), 'utf8') }));

  test('no file names everybody', () => {
    expect(files.length).toBeGreaterThan(20);
    for (const { file, text } of files)
      expect([file, /allUsers|allAuthenticatedUsers/i.test(text)]).toEqual([file, false]);
  });

  test('the functions take requests of the project only, and only from the push account', () => {
    const [run] = ofService('google_cloudfunctions2_function', 'this').service_config;
    expect(run.ingress_settings).toBe('ALLOW_INTERNAL_ONLY');
    expect(Object.keys(serviceModule.resource.google_cloud_run_v2_service_iam_member ?? {})).toEqual([
      'push',
    ]);
    expect(ofService('google_cloud_run_v2_service_iam_member', 'push').member).toBe(
      hcl('var.platform.push_account.member'),
    );
    expect(root.resource.google_storage_bucket?.source?.[0].public_access_prevention).toBe('enforced');
  });

  test('Terraform knows the secret, and never what is in it', () => {
    expect(Object.keys(root.resource.google_secret_manager_secret ?? {})).toEqual(['x_bearer_token']);
    const all = [
      ...Object.keys(root.resource),
      ...Object.keys(serviceModule.resource),
      ...Object.keys(root.data ?? {}),
    ];
    expect(all.filter((type) => type.startsWith('google_secret_manager_secret_version'))).toEqual([]);
    // Of the token a number only: the version of the secret.
    expect(Object.keys(root.variable).filter((name) => /token|secret|password/.test(name))).toEqual([
      'x_token_version',
    ]);
    expect(root.variable.x_token_version?.[0].validation[0].condition).toContain('^(latest|[0-9]+)$');
    // A bearer token of X is over 100 characters of base64 and percent signs.
    for (const { file, text } of files)
      expect([file, /[A-Za-z0-9%+/=]{60,}/.exec(text)?.[0]]).toEqual([file, undefined]);
  });
});
