import { systemClock } from '../../../shared/clock.ts';
import { Rejected } from '../../../shared/errors.ts';
import { decodeDispatchRequest } from '../../../shared/messages/dispatch-request.ts';
import { decodeMetadataRequest } from '../../../shared/messages/metadata-request.ts';
import { decodePageRequest } from '../../../shared/messages/page-request.ts';
import { costOf } from '../../../shared/x/prices.ts';
import type { PlainRow } from '../target/rows.ts';
import type { Target } from '../target/target.ts';
import { Failure } from '../terminal/errors.ts';
import { estimateOf } from './cost-estimate.ts';
import { knownAccounts } from './known-accounts.ts';

/** A row of `rejected_messages`. */
export interface RejectedMessage extends PlainRow {
  topic: string;
  message_id: string | null;
  attributes: string | null;
  payload: string | null;
  payload_bytes: number;
  errors: string[];
  received_at: string;
  times: number;
}

/** The message as it was published. Throws Failure where the table does not hold all of it. */
export function sentAgain({ topic, message_id, attributes, payload, payload_bytes }: RejectedMessage) {
  const data = dataOf(payload ?? '', payload_bytes);
  if (!data)
    throw new Failure(
      `the message ${message_id} had ${payload_bytes} bytes, of which only the first 1 MiB is kept: it cannot be sent again from here.`,
    );
  if (data.length === 0)
    throw new Failure(`the message ${message_id} has no data: there is nothing to send.`);
  return { topic, data, ...(attributes !== null && { attributes: JSON.parse(attributes) }) };
}

/** The payload is text, or base64 where it was no UTF-8: whichever has the length that the data had. */
function dataOf(payload: string, bytes: number): Buffer | undefined {
  return [Buffer.from(payload, 'utf8'), Buffer.from(payload, 'base64')].find(
    ({ length }) => length === bytes,
  );
}

/** What becomes of the message, by the schemas of today. */
export interface Prospect {
  /** As far as it is known. */
  costUsd: number;
  rejectedAgain: string | null;
}

export async function prospectOf(target: Target, topic: string, data: Buffer): Promise<Prospect> {
  try {
    return { costUsd: await costOfMessage(target, topic, JSON.parse(data.toString())), rejectedAgain: null };
  } catch (error) {
    if (error instanceof SyntaxError) return { costUsd: 0, rejectedAgain: 'it is no JSON' };
    if (error instanceof Rejected) return { costUsd: 0, rejectedAgain: error.errors.join('; ') };
    throw error;
  }
}

async function costOfMessage(target: Target, topic: string, json: unknown): Promise<number> {
  const { config } = target;
  switch (topic) {
    case config.TOPIC_PAGEDISPATCH: {
      const { parents, pageSize } = decodeDispatchRequest(json, systemClock.now());
      const { counts } = await knownAccounts(target, parents);
      return estimateOf(parents, counts, { pageSize: pageSize ?? config.PAGE_SIZE, config }).costUsd;
    }
    case config.TOPIC_GETPAGE:
      return costOf(decodePageRequest(json).pageSize, config.PRICE_PER_FRIEND_USD);
    case config.TOPIC_GETMETADATA:
      decodeMetadataRequest(json);
      return config.PRICE_PER_USER_USD;
    default:
      throw new Failure(`nothing is known of a topic ${topic}.`);
  }
}
