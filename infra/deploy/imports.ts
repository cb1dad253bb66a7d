import { changesOf, does, type PlanJson, type ResourceChange, textOf, type Values } from './plan-json.ts';

/** What an import needs beside the resource itself. */
interface Place {
  project: string;
  region: string;
}

type IdOf = (values: Values, place: Place) => string;
const inProject =
  (path: string, name: string): IdOf =>
  (values, { project }) =>
    `projects/${project}/${path}/${textOf(values, name)}`;
const inRegion =
  (path: string, name: string): IdOf =>
  (values, { project, region }) =>
    `projects/${project}/locations/${region}/${path}/${textOf(values, name)}`;

/**
 * By type: the id that `terraform import` wants. Of each type that can be "there already"; rights are not, since
 * granting one again is no error. Where Google makes up the name, it must be looked for:
 * https://registry.terraform.io/providers/hashicorp/google/latest/docs, "Import" of each page.
 */
export const IMPORT_IDS: Record<string, IdOf> = {
  google_bigquery_dataset: inProject('datasets', 'dataset_id'),
  google_bigquery_table: (values, { project }) =>
    `projects/${project}/datasets/${textOf(values, 'dataset_id')}/tables/${textOf(values, 'table_id')}`,
  google_cloud_scheduler_job: inRegion('jobs', 'name'),
  google_cloudfunctions2_function: inRegion('functions', 'name'),
  google_logging_metric: (values, { project }) => `${project} ${textOf(values, 'name')}`,
  google_monitoring_alert_policy: (_values, { project }) => `projects/${project}/alertPolicies/ID`,
  google_monitoring_notification_channel: (_values, { project }) =>
    `projects/${project}/notificationChannels/ID`,
  google_project_iam_custom_role: inProject('roles', 'role_id'),
  google_project_service: (values, { project }) => `${project}/${textOf(values, 'service')}`,
  google_pubsub_subscription: inProject('subscriptions', 'name'),
  google_pubsub_topic: inProject('topics', 'name'),
  google_secret_manager_secret: inProject('secrets', 'secret_id'),
  google_service_account: (values, { project }) => {
    const email = `${textOf(values, 'account_id')}@${project}.iam.gserviceaccount.com`;
    return `projects/${project}/serviceAccounts/${email}`;
  },
  google_storage_bucket: (values, { project }) => `${project}/${textOf(values, 'name')}`,
};

const TERRAFORM = 'terraform -chdir=infra/terraform';

/** Takes what is there already into the state; undefined where that is not how it is got rid of. */
export function importCommand({ address, type, change }: ResourceChange, place: Place): string | undefined {
  const idOf = IMPORT_IDS[type];
  return idOf && change.after ? `${TERRAFORM} import '${address}' '${idOf(change.after, place)}'` : undefined;
}

/** For a state that got lost: of all that a plan would make, and that may be there already. */
export function importCommands(plan: PlanJson, place: Place): string[] {
  return changesOf(plan)
    .filter((change) => does(change, 'create') && !MADE_UP.has(change.type))
    .flatMap((change) => importCommand(change, place) ?? []);
}

/** Each deployment makes its own: a second one is no error. */
const MADE_UP = new Set([
  'google_monitoring_alert_policy',
  'google_monitoring_notification_channel',
  'google_project_iam_custom_role',
]);
