import type { PubSub } from '@google-cloud/pubsub';
import { createBus, type PublishOptions } from '../../shared/bus.ts';
import { systemClock } from '../../shared/clock.ts';
import { withDeadline } from '../../shared/deadline.ts';
import { RetryLater } from '../../shared/errors.ts';
import type { Target } from './target.ts';

export interface Outgoing extends PublishOptions {
  topic: string;
  message: object;
}

/** Publishes one after the other and returns the message ids. Throws RetryLater at the first that fails. */
export function publishAll(target: Target, outgoing: Iterable<Outgoing>): Promise<string[]> {
  return withPubSub(target, async (pubsub, deadlineMs) => {
    const bus = createBus(async () => pubsub, systemClock, deadlineMs);
    const ids = [];
    for (const { topic, message, ...options } of outgoing)
      ids.push(await bus.publish(topic, message, options));
    return ids;
  });
}

/** A message byte by byte as it is given, which need be no JSON. Returns its id. Throws RetryLater. */
export function publishBytes(
  target: Target,
  { topic, ...message }: { topic: string; data: Buffer; attributes?: Record<string, string> },
): Promise<string> {
  return withPubSub(target, async (pubsub, deadlineMs) => {
    try {
      return await withDeadline(systemClock, deadlineMs, `topic ${topic}`, () =>
        pubsub.topic(topic).publishMessage(message),
      );
    } catch (error) {
      throw new RetryLater(`publishing to ${topic} failed: ${(error as Error).message}`);
    }
  });
}

async function withPubSub<T>(
  { config }: Target,
  work: (pubsub: PubSub, deadlineMs: number) => Promise<T>,
): Promise<T> {
  // Only those who publish wait for the client to load.
  const { createPubSub } = await import('../../shared/pubsub-client.ts');
  const pubsub = createPubSub(config);
  try {
    return await work(pubsub, config.PUBSUB_DEADLINE_MS);
  } finally {
    await pubsub.close();
  }
}
