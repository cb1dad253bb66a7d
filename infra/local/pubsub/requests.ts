/**
 * What Pub/Sub accepts, and what Google's defaults are. Not imitated: rules for names and attributes, quotas per
 * minute, schemas, IAM, regions; and what a subscription must not ask for here, see `FIELDS`: filters, dead letters,
 * exactly-once, retained acks, exports to BigQuery and the like, transforms, OIDC tokens, unwrapped payloads.
 */
import { status } from '@grpc/grpc-js';

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

const FIELDS = `name topic pushConfig ackDeadlineSeconds messageRetentionDuration enableMessageOrdering retryPolicy
  labels expirationPolicy`;

/** An answer other than OK, as the gRPC server sends it. */
export const refusal = (code: keyof typeof status, message: string): Error & { code: status } =>
  Object.assign(new Error(message), { code: status[code] });

/** Returns the ordering key of the request ('' = none). https://cloud.google.com/pubsub/quotas#resource_limits */
export function checkPublish(messages: Message[]): string {
  const orderingKey = messages[0]?.orderingKey ?? '';
  let bytes = 0;
  for (const { data = '', attributes = {}, orderingKey: key = '' } of messages) {
    const texts = Object.entries(attributes).flat().join('');
    if (data.length + texts.length === 0)
      throw refusal('INVALID_ARGUMENT', 'A message needs data or at least one attribute.');
    // Documented at PubsubMessage.ordering_key; the code is what users report (yoshidan/google-cloud-rust#226).
    if (key !== orderingKey)
      throw refusal('FAILED_PRECONDITION', 'A request may have one ordering key only.');
    bytes += data.length + Buffer.byteLength(texts + key);
  }
  within('message_count', messages.length, 1, 1000);
  within('request_size in bytes', bytes, 1, 10_000_000);
  within('ordering_key size in bytes', Buffer.byteLength(orderingKey), 0, 1024);
  return orderingKey;
}

export function checkSubscription(subscription: Subscription): void {
  const { pushEndpoint, ...pushOptions } = subscription.pushConfig ?? {};
  refuseOthers(subscription, FIELDS);
  refuseOthers(pushOptions, 'attributes pubsubWrapper');
  const { ackDeadline, retention, minBackoff, maxBackoff } = timingOf(subscription);
  within('ack_deadline in ms', ackDeadline, 10_000, 600_000);
  within('message_retention_duration in ms', retention, 600_000, 31 * 86_400_000);
  within('maximum_backoff in ms', maxBackoff, minBackoff, 600_000);
  // A rehearsal's data must not leave this machine.
  if (pushEndpoint && !/^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(`${pushEndpoint}/`))
    throw refusal('INVALID_ARGUMENT', `Local pushes go to http://127.0.0.1 only, not to ${pushEndpoint}`);
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
  if (!(min <= value && value <= max))
    throw refusal('INVALID_ARGUMENT', `${what} is ${value}, not between ${min} and ${max}.`);
}

function refuseOthers(fields: object, known: string): void {
  const other = Object.entries(fields).find(([name, value]) => value && !known.split(/\s+/).includes(name));
  if (other) throw refusal('UNIMPLEMENTED', `The local Pub/Sub does not imitate ${other[0]}.`);
}
