import { Rejected } from '../errors.ts';
import { DAY_MS } from '../times.ts';
import type { MessageOf } from './schemas/message-of.ts';
import type { OF_DISPATCH, REQUIRED_OF_DISPATCH } from './schemas/parts.ts';

/** What each of our own messages says of the dispatch that it is about. */
export type OfDispatch = MessageOf<{
  type: 'object';
  required: typeof REQUIRED_OF_DISPATCH;
  properties: typeof OF_DISPATCH;
}>;

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
