import { Rejected } from '../errors.ts';

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

/** What functions-framework hands to a CloudEvent function; every field may be missing. */
export interface PushEvent {
  source?: string;
  time?: string;
  data?: { message?: PushedMessage } | null;
  /** The framework leaves a push without data unconverted, so the message stands at the top. */
  message?: PushedMessage;
}

/** https://cloud.google.com/pubsub/docs/reference/rest/v1/PubsubMessage */
interface PushedMessage {
  data?: string;
  attributes?: Record<string, string>;
  messageId?: string;
  publishTime?: string;
}

/** Takes the message out of an event in any of the forms that the framework produces; never throws. */
export function deliveryOf(event: unknown, nowMs: number): Delivery {
  const { source, time, data, message } = (event ?? {}) as PushEvent;
  const pushed = data?.message ?? message ?? {};
  const publishedAtMs = Date.parse(pushed.publishTime ?? time ?? '');
  return {
    topic: /\/topics\/([^/]+)$/.exec(source ?? '')?.[1] ?? '',
    messageId: typeof pushed.messageId === 'string' ? pushed.messageId : '',
    publishedAtMs: Number.isNaN(publishedAtMs) ? nowMs : publishedAtMs,
    attributes: typeof pushed.attributes === 'object' && pushed.attributes !== null ? pushed.attributes : {},
    data: Buffer.from(typeof pushed.data === 'string' ? pushed.data : '', 'base64'),
  };
}

/** The message's data as JSON; throws Rejected where it is none. */
export function jsonOf(delivery: Delivery): unknown {
  if (delivery.data.length === 0) throw new Rejected(['the message has no data']);
  try {
    return JSON.parse(delivery.data.toString('utf8'));
  } catch {
    throw new Rejected(['the data is not JSON']);
  }
}
