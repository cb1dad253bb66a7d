import { Rejected } from '../errors.ts';
import { DAY_MS } from '../times.ts';
import { ACCOUNT_ID, ANY_USERNAME } from './formats.ts';

/** What each of our own messages says of the dispatch that it is about. */
export interface OfDispatch {
  runId: string;
  dispatchId: string;
  /** ISO 8601; the partition of all rows of the dispatch. */
  dispatchedAt: string;
  job: { name: string };
}

export const OF_DISPATCH = {
  runId: { type: 'string', minLength: 1, maxLength: 1000 },
  dispatchId: { type: 'string', minLength: 1, maxLength: 1000 },
  dispatchedAt: { type: 'string', format: 'iso-time' },
  job: { type: 'object', required: ['name'], properties: { name: { type: 'string', maxLength: 1000 } } },
};

/**
 * Of which days BigQuery takes rows, around the present one: what was bought for another could never be stored.
 * https://cloud.google.com/bigquery/docs/streaming-data-into-bigquery#streaming_into_partitioned_tables
 */
const [DAYS_PAST, DAYS_AHEAD] = [3650, 365];

/** The message, if what it asks for can be stored. Throws Rejected. */
export function storable<M extends OfDispatch>(message: M, nowMs: number): M {
  const at = Date.parse(message.dispatchedAt);
  if (at < nowMs - DAYS_PAST * DAY_MS || at > nowMs + DAYS_AHEAD * DAY_MS)
    throw new Rejected([`BigQuery takes no rows of ${message.dispatchedAt}, the time of dispatchedAt`]);
  return message;
}

/** Who an account is. */
export const ACCOUNT = {
  id: { type: 'string', pattern: ACCOUNT_ID },
  username: { type: 'string', pattern: ANY_USERNAME },
};
