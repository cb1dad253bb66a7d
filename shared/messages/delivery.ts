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

/** What is read has to be written again; some thousand levels of JSON can be read and not written. */
export const MOST_LEVELS = 100;

/** The message's data as JSON, well-formed; throws Rejected where it is none. */
export function jsonOf({ data }: Pick<Delivery, 'data'>): unknown {
  if (data.length === 0) throw new Rejected(['the message has no data']);
  const json = parsed(data);
  if (isDeeperThan(MOST_LEVELS, json))
    throw new Rejected([`the data is nested in more than ${MOST_LEVELS} levels`]);
  return json;
}

function parsed(data: Buffer): unknown {
  try {
    return JSON.parse(wellFormed(data.toString('utf8')));
  } catch {
    throw new Rejected(['the data is not JSON']);
  }
}

/** Level by level, since what goes down into it would not come back either. */
export function isDeeperThan(levels: number, json: unknown): boolean {
  let inner = [json].filter(isContainer);
  for (let level = 0; level < levels; level++)
    inner = inner.flatMap((value) => Object.values(value).filter(isContainer));
  return inner.length > 0;
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;
