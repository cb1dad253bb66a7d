import { isUtf8 } from 'node:buffer';
import type { Delivery } from '../messages/delivery.ts';
import { isoOf } from '../times.ts';
import { append } from './append.ts';
import type { WarehouseContext } from './client.ts';

/** A row of `rejected_messages`; columns as in infra/bigquery/tables/rejected_messages.json. */
export interface RejectedRow {
  topic: string;
  message_id: string | null;
  attributes: string | null;
  payload: string;
  payload_bytes: number;
  errors: string[];
  received_at: string;
}

export interface RejectedMessages {
  /** Throws RetryLater. */
  append(row: RejectedRow): Promise<void>;
}

/** Enough to see what it was and to send it again; BigQuery takes no row beyond 10 MB. */
const PAYLOAD_LIMIT_BYTES = 1_048_576;

export function rejectedRow(delivery: Delivery, topic: string, errors: string[], nowMs: number): RejectedRow {
  return {
    topic: delivery.topic || topic,
    message_id: delivery.messageId || null,
    attributes: Object.keys(delivery.attributes).length > 0 ? JSON.stringify(delivery.attributes) : null,
    payload: delivery.data
      .subarray(0, PAYLOAD_LIMIT_BYTES)
      .toString(isUtf8(delivery.data) ? 'utf8' : 'base64'),
    payload_bytes: delivery.data.length,
    errors,
    received_at: isoOf(nowMs),
  };
}

export function createRejectedMessages(context: WarehouseContext): RejectedMessages {
  return {
    append: (row) =>
      append(context, 'rejected_messages', [
        { insertId: `${row.topic}/${row.message_id ?? row.received_at}/${row.errors[0]}`, json: { ...row } },
      ]),
  };
}
