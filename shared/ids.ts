import { v5 } from 'uuid';
import { MINUTE_MS } from './times.ts';

/** Our own namespace for name-based ids (RFC 9562, version 5); changing it would orphan every dispatch. */
const NAMESPACE = '6f1f0f0e-3c53-5a0b-9d4e-5b0f5d0c7a11';

const TEN_MINUTES_MS = 10 * MINUTE_MS;

/** R7: the one id of a parent in a run, whoever computes it: redelivery and backfill must meet the same dispatch. */
export function dispatchIdOf(runId: string, username: string): string {
  return v5(`${runId}/${username.toLowerCase()}`, NAMESPACE);
}

/**
 * R5: the run that a dispatch request belongs to. Cloud Scheduler may publish one tick twice, as two messages
 * (https://cloud.google.com/scheduler/docs: "at least once"), so its run is named by job and time.
 */
export function runIdOf(request: {
  runId?: string;
  origin?: string;
  job: string;
  publishedAtMs: number;
  messageId: string;
}): string {
  if (request.runId !== undefined) return request.runId;
  if (request.origin !== 'cloud-scheduler') return request.messageId;
  const tick = new Date(Math.round(request.publishedAtMs / TEN_MINUTES_MS) * TEN_MINUTES_MS);
  return v5(`${request.job}/${tick.toISOString()}`, NAMESPACE);
}
