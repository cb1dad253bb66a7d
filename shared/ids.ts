import { v5 } from 'uuid';
import { isoOf, MINUTE_MS } from './times.ts';

/** Our own namespace for name-based ids (RFC 9562, version 5); changing it would orphan every dispatch. */
const NAMESPACE = '6f1f0f0e-3c53-5a0b-9d4e-5b0f5d0c7a11';

const TEN_MINUTES_MS = 10 * MINUTE_MS;

/** R7: the one id of a parent in a run, whoever computes it: redelivery and backfill must meet the same dispatch. */
export function dispatchIdOf(runId: string, username: string): string {
  return v5(`${runId}/${username.toLowerCase()}`, NAMESPACE);
}

/**
 * R5: the one id of a message, however often it comes: an emulator of Pub/Sub begins its own ids anew when it is started
 * again.
 */
export function messageIdOf(message: { messageId: string; publishedAtMs: number }): string {
  return v5(`${message.messageId}/${isoOf(message.publishedAtMs)}`, NAMESPACE);
}

/**
 * The one id of what is inserted: of streamed rows BigQuery takes up to 128 bytes
 * (https://cloud.google.com/bigquery/docs/streaming-data-into-bigquery).
 */
export const insertIdOf = (text: string): string => v5(text, NAMESPACE);

/** R6: when a request of Cloud Scheduler was due. It may publish one tick twice, as two messages, minutes apart. */
export const tickOf = (publishedAtMs: number): number =>
  Math.round(publishedAtMs / TEN_MINUTES_MS) * TEN_MINUTES_MS;

/**
 * R5: the run that a dispatch request belongs to. Cloud Scheduler may publish one tick twice
 * (https://cloud.google.com/scheduler/docs: "at least once"), so its run is named by job and tick.
 */
export function runIdOf(request: {
  runId?: string;
  origin?: string;
  job: string;
  publishedAtMs: number;
  messageId: string;
}): string {
  if (request.runId !== undefined) return request.runId;
  if (request.origin !== 'cloud-scheduler') return messageIdOf(request);
  return v5(`${request.job}/${isoOf(tickOf(request.publishedAtMs))}`, NAMESPACE);
}

/**
 * R7: the run of a list that was read by others and imported: the same in whichever file it stands, and however often.
 * `pageToken`: of its first page, where the archive does not have what stands before that.
 */
export const importedRunIdOf = (first: {
  parentId: string;
  pageToken: string | null;
  retrievedAtMs: number;
}): string =>
  v5(`import/${first.parentId}/${isoOf(first.retrievedAtMs)}/${first.pageToken ?? ''}`, NAMESPACE);
