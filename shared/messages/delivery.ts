import { Rejected } from '../errors.ts';
import { wellFormed } from '../well-formed.ts';

/** A Pub/Sub message as it reached a function. */
export interface Delivery {
  /** Empty where the push endpoint named no topic. */
  topic: string;
  /** Empty where the delivery had none (it did not come from Pub/Sub). */
  messageId: string;
  publishedAtMs: number;
  attributes: Record<string, string>;
  data: Buffer;
}

/**
 * Takes the message out of an event in any of the forms that functions-framework produces: `data.message` of a
 * CloudEvent, or, where a push had no data, `message` at the top, unconverted. Every field may be missing or
 * anything at all; never throws. Fields: https://cloud.google.com/pubsub/docs/reference/rest/v1/PubsubMessage
 */
export function deliveryOf(event: unknown, nowMs: number): Delivery {
  const { source, time, data, message } = fieldsOf(event);
  const pushed = fieldsOf(fieldsOf(data).message ?? message);
  const publishedAtMs = Date.parse(textOf(pushed.publishTime) || textOf(time));
  return {
    topic: /\/topics\/([^/]+)$/.exec(textOf(source))?.[1] ?? '',
    messageId: textOf(pushed.messageId),
    publishedAtMs: Number.isNaN(publishedAtMs) ? nowMs : publishedAtMs,
    attributes: Object.fromEntries(
      Object.entries(fieldsOf(pushed.attributes)).map(([key, value]) => [key, textOf(value)]),
    ),
    data: Buffer.from(textOf(pushed.data), 'base64'),
  };
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value.toWellFormed() : '');

/** The message's data as JSON, well-formed; throws Rejected where it is none. */
export function jsonOf(delivery: Delivery): unknown {
  if (delivery.data.length === 0) throw new Rejected(['the message has no data']);
  try {
    return JSON.parse(wellFormed(delivery.data.toString('utf8')));
  } catch {
    throw new Rejected(['the data is not JSON']);
  }
}
