import type { GoogleAuth } from 'google-auth-library';
import { MINUTE_MS } from '../../../shared/times.ts';
import { SERVICES } from '../../local/topology.ts';
import { type GateLine, type ServiceLine, serviceLine } from './service-lines.ts';

/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry */
interface LogEntry {
  jsonPayload?: object;
  resource?: { labels?: { service_name?: string } };
}

const MOST_ENTRIES = 1000;
const DEADLINE_MS = 15_000;

type Auth = Pick<GoogleAuth, 'request'>;

/** With the scope that reading logs asks for. */
export async function loggingAuth(): Promise<Auth> {
  const { GoogleAuth } = await import('google-auth-library');
  return new GoogleAuth({ scopes: 'https://www.googleapis.com/auth/logging.read' });
}

/** The newest lines about a run in Cloud Logging, newest first. Throws what the request throws. */
export async function cloudLines(project: string, runId: string, auth: Auth): Promise<ServiceLine[]> {
  // JSON's quoting is that of the filter language: https://cloud.google.com/logging/docs/view/logging-query-language
  const entries = await entriesOf(project, `jsonPayload.runId=${JSON.stringify(runId)}`, auth);
  return entries.flatMap(({ jsonPayload, resource }) =>
    serviceLine(resource?.labels?.service_name ?? '', jsonPayload, runId),
  );
}

/** A message that waits for a gate comes again, and says so, at least so often. */
const SAID_WITHIN_MS = 30 * MINUTE_MS;

/** The newest lines that say until when something waits, newest first. Throws what the request throws. */
export async function cloudGateLines(project: string, nowMs: number, auth?: Auth): Promise<GateLine[]> {
  const since = new Date(nowMs - SAID_WITHIN_MS).toISOString();
  const filter = `jsonPayload.until:* AND timestamp>=${JSON.stringify(since)}`;
  const entries = await entriesOf(project, filter, auth ?? (await loggingAuth()));
  return entries.flatMap(({ jsonPayload }) => (jsonPayload ? [jsonPayload as GateLine] : []));
}

/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list */
async function entriesOf(project: string, about: string, auth: Auth): Promise<LogEntry[]> {
  const services = SERVICES.map((service) => JSON.stringify(service)).join(' OR ');
  const { data } = await auth.request<{ entries?: LogEntry[] }>({
    url: 'https://logging.googleapis.com/v2/entries:list',
    method: 'POST',
    timeout: DEADLINE_MS,
    data: {
      resourceNames: [`projects/${project}`],
      filter: `resource.type="cloud_run_revision" AND resource.labels.service_name=(${services}) AND ${about}`,
      orderBy: 'timestamp desc',
      pageSize: MOST_ENTRIES,
    },
  });
  return data.entries ?? [];
}
