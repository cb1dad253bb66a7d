/**
 * What is accepted, and Google's defaults. Not imitated: rules for names and attributes, quotas per minute, IAM,
 * regions, schemas, filters, dead letters, exactly-once, retained acks, exports, transforms, OIDC, unwrapped payloads.
 */
import { status } from '@grpc/grpc-js';
import { DAY_MS } from '../../../shared/times.ts';

export type Message = { data?: Uint8Array; attributes?: Record<string, string>; orderingKey?: string };
type Duration = { seconds?: number; nanos?: number };

/** As on the wire: https://cloud.google.com/pubsub/docs/subscription-properties */
export interface Subscription {
  name: string;
  topic: string;
  pushConfig?: { pushEndpoint?: string };
  ackDeadlineSeconds?: number;
  messageRetentionDuration?: Duration;
  enableMessageOrdering?: boolean;
  retryPolicy?: { minimumBackoff?: Duration; maximumBackoff?: Duration };
}

/** Any other is refused: a filter, say, that has no effect here would be found in production only. */
const FIELDS = `name topic pushConfig pushEndpoint attributes pubsubWrapper ackDeadlineSeconds labels retryPolicy
  messageRetentionDuration enableMessageOrdering expirationPolicy`;

/** An answer other than OK, as the gRPC server sends it. */
export const refusal = (code: keyof typeof status, message: string): Error & { code: status } =>
  Object.assign(new Error(message), { code: status[code] });

/** Returns the ordering key of the request ('' = none). https://cloud.google.com/pubsub/quotas#resource_limits */
export function checkPublish(messages: Message[]): string {
  const orderingKey = messages[0]?.orderingKey ?? '';
  let bytes = 0;
  for (const { data = '', attributes = {}, orderingKey: key = '' } of messages) {
    const texts = Object.entries(attributes).flat().join('');
    if (!data.length && !texts) throw refusal('INVALID_ARGUMENT', 'A message needs data or an attribute.');
    // Documented at PubsubMessage.ordering_key; the code is what users report (yoshidan/google-cloud-rust#226).
    if (key !== orderingKey) throw refusal('FAILED_PRECONDITION', 'A request must have one ordering key.');
    bytes += data.length + Buffer.byteLength(texts + key);
  }
  within('message_count', messages.length, 1, 1000);
  within('request_size in bytes', bytes, 1, 10_000_000);
  within('ordering_key size in bytes', Buffer.byteLength(orderingKey), 0, 1024);
  return orderingKey;
}

/** Returns the subscription with the defaults that apply. */
export function checkSubscription(subscription: Subscription, mostRetentionDays: number): Subscription {
  const { pushConfig = {} } = subscription;
  const fields = Object.entries({ ...subscription, ...pushConfig }).filter(([, value]) => value);
  const other = fields.find(([name]) => !FIELDS.split(/\s+/).includes(name));
  if (other) throw refusal('UNIMPLEMENTED', `The local Pub/Sub does not imitate ${other[0]}.`);
  const { ackDeadline, retention, minBackoff, maxBackoff } = timingOf(subscription);
  within('ack_deadline in ms', ackDeadline, 10_000, 600_000);
  within('message_retention_duration in ms', retention, 600_000, mostRetentionDays * DAY_MS);
  within('maximum_backoff in ms', maxBackoff, minBackoff, 600_000);
  // A rehearsal's data must not leave this machine.
  const { protocol, hostname } = URL.parse(pushConfig.pushEndpoint || 'http://localhost') ?? {};
  if (protocol !== 'http:' || !['127.0.0.1', 'localhost', '[::1]'].includes(`${hostname}`))
    throw refusal('INVALID_ARGUMENT', `Push to http://127.0.0.1 only, not to ${pushConfig.pushEndpoint}`);
  const messageRetentionDuration = { seconds: retention / 1000 };
  return { ...subscription, messageRetentionDuration, ackDeadlineSeconds: ackDeadline / 1000 };
}

/** What applies, in milliseconds: as asked, or Google's defaults. */
export function timingOf({ ackDeadlineSeconds, messageRetentionDuration, retryPolicy }: Subscription) {
  const ms = ({ seconds = 0, nanos = 0 }: Duration) => seconds * 1000 + nanos / 1e6;
  // Without a policy it is Google's push back-off (there: one for the whole subscription).
  const pushBackoff = { minimumBackoff: { nanos: 100e6 }, maximumBackoff: { seconds: 60 } };
  const { minimumBackoff = { seconds: 10 }, maximumBackoff = { seconds: 600 } } = retryPolicy ?? pushBackoff;
  const backoff = { minBackoff: ms(minimumBackoff), maxBackoff: ms(maximumBackoff) };
  const retention = ms(messageRetentionDuration ?? { seconds: 7 * 86_400 });
  return { ackDeadline: (ackDeadlineSeconds || 10) * 1000, retention, ...backoff };
}

function within(what: string, value: number, min: number, max: number): void {
  if (value < min || value > max) throw refusal('INVALID_ARGUMENT', `${what} ${value}: not ${min}-${max}`);
}
