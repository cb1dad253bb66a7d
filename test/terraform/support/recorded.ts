import type { Diagnostic } from '../../../infra/deploy/diagnostics.ts';
import type { Action, PlanJson, ResourceChange, Values } from '../../../infra/deploy/plan-json.ts';

/** A change as a plan's JSON has it; type and name are those of the address. */
export function changed(
  address: string,
  actions: Action[],
  values: { before?: Values; after?: Values } = {},
): ResourceChange {
  const [type = '', name = ''] = address
    .replace(/^(module\.\w+\.)+/, '')
    .replace(/\[.*/, '')
    .split('.');
  return {
    address,
    mode: 'managed',
    type,
    name,
    change: { actions, before: values.before ?? null, after: values.after ?? null },
  };
}

const SECRET = changed('google_secret_manager_secret.x_bearer_token', ['no-op'], {
  after: { secret_id: 'dodo-x-bearer-token' },
});
const VARIABLES = { project_id: 'test-project', region: 'europe-west1', dataset: 'dodo' };

export const planned = (...changes: ResourceChange[]): PlanJson => ({
  variables: Object.fromEntries(Object.entries(VARIABLES).map(([name, value]) => [name, { value }])),
  resource_changes: [SECRET, ...changes],
});

/** A table as the provider keeps it. */
export const tableWith = (fields: object[], more: Values = {}): Values => ({
  dataset_id: 'dodo',
  table_id: 'completed_scrapes',
  deletion_protection: true,
  schema: JSON.stringify(fields),
  ...more,
});

/** A line of what Terraform says with -json. */
export const said = (diagnostic: Omit<Diagnostic, 'severity'>, severity: Diagnostic['severity'] = 'error') =>
  JSON.stringify({
    '@level': severity,
    '@message': `Error: ${diagnostic.summary}`,
    type: 'diagnostic',
    diagnostic: { severity, ...diagnostic },
  });
