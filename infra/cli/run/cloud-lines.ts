import type { GoogleAuth } from 'google-auth-library';
import { SERVICES } from '../../local/topology.ts';
import { type ServiceLine, serviceLine } from './service-lines.ts';

/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry */
interface LogEntry {
  jsonPayload?: object;
  resource?: { labels?: { service_name?: string } };
}

const MOST_ENTRIES = 1000;
const DEADLINE_MS = 15_000;

/**
 * The newest lines about a run in Cloud Logging, newest first. Throws what the request throws. `auth` must have the
 * scope https://www.googleapis.com/auth/logging.read
 * https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list
 */
export async function cloudLines(
  project: string,
  runId: string,
  auth: Pick<GoogleAuth, 'request'>,
): Promise<ServiceLine[]> {
  const services = SERVICES.map((service) => JSON.stringify(service)).join(' OR ');
  const { data } = await auth.request<{ entries?: LogEntry[] }>({
    url: 'https://logging.googleapis.com/v2/entries:list',
    method: 'POST',
    timeout: DEADLINE_MS,
    data: {
      resourceNames: [`projects/${project}`],
      // JSON's quoting is that of the filter language: https://cloud.google.com/logging/docs/view/logging-query-language
      filter: `resource.type="cloud_run_revision" AND resource.labels.service_name=(${services}) AND jsonPayload.runId=${JSON.stringify(runId)}`,
      orderBy: 'timestamp desc',
      pageSize: MOST_ENTRIES,
    },
  });
  return (data.entries ?? []).flatMap(({ jsonPayload, resource }) =>
    serviceLine(resource?.labels?.service_name ?? '', jsonPayload, runId),
  );
}
