import { isUtf8 } from 'node:buffer';
import { RetryLater } from '../errors.ts';
import { insertIdOf } from '../ids.ts';
import type { Delivery } from '../messages/delivery.ts';
import { isoOf } from '../times.ts';
import { cut } from '../x/json.ts';
import { appendReduced } from './append-reduced.ts';
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
/** A message of 10 MB may be wrong in as many words. */
const MOST_ERRORS = 100;
const LONGEST_ERROR = 1000;

export function rejectedRow(delivery: Delivery, topic: string, errors: string[], nowMs: number): RejectedRow {
  return {
    topic: delivery.topic || topic,
    message_id: delivery.messageId || null,
    attributes: Object.keys(delivery.attributes).length > 0 ? JSON.stringify(delivery.attributes) : null,
    payload: delivery.data
      .subarray(0, PAYLOAD_LIMIT_BYTES)
      .toString(isUtf8(delivery.data) ? 'utf8' : 'base64'),
    payload_bytes: delivery.data.length,
    errors: errors.slice(0, MOST_ERRORS).map((error) => cut(error, LONGEST_ERROR)),
    received_at: isoOf(nowMs),
  };
}

export function createRejectedMessages(context: WarehouseContext): RejectedMessages {
  return {
    async append(row) {
      // R5: an emulator begins its ids anew, so what the message says is part of its name.
      const name = `${row.topic}/${row.message_id ?? row.received_at}`;
      const insertId = insertIdOf(`${name}/${row.errors[0]}/${row.payload}`);
      // R11: why it was rejected is told in any case; it must not come again for ever.
      const core = { ...row, payload: null, attributes: null };
      const [refused] = await appendReduced(context, 'rejected_messages', [
        { insertId, json: { ...row }, core },
      ]);
      if (refused)
        throw new RetryLater(`BigQuery refuses a rejected message: ${refused.reasons.join('; ')}`, {
          alert: true,
        });
    },
  };
}
