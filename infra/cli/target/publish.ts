import type { PubSub } from '@google-cloud/pubsub';
import pLimit from 'p-limit';
import { createBus } from '../../../shared/bus.ts';
import { withDeadline } from '../../../shared/deadline.ts';
import { RetryLater } from '../../../shared/errors.ts';
import type { Target } from './target.ts';

/**
 * Publishes in the order given, one after the other unless more may be under way `sideBySide`; returns the message
 * ids. Throws RetryLater where one fails.
 */
export function publishAll(
  target: Target,
  topic: string,
  messages: object[],
  sideBySide = 1,
): Promise<string[]> {
  return withPubSub(target, async (pubsub, deadlineMs) => {
    const bus = createBus(async () => pubsub, target.clock, deadlineMs);
    const limit = pLimit(sideBySide);
    const ids = messages.map((message) => limit(() => bus.publish(topic, message)));
    // After a failure nothing more is begun.
    return Promise.all(ids).finally(() => limit.clearQueue());
  });
}

/** A message byte by byte as it is given, which need be no JSON. Returns its id. Throws RetryLater. */
export function publishBytes(
  target: Target,
  { topic, ...message }: { topic: string; data: Buffer; attributes?: Record<string, string> },
): Promise<string> {
  return withPubSub(target, async (pubsub, deadlineMs) => {
    try {
      return await withDeadline(target.clock, deadlineMs, `topic ${topic}`, () =>
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
  const { createPubSub } = await import('../../../shared/pubsub-client.ts');
  const pubsub = createPubSub(config);
  try {
    return await work(pubsub, config.PUBSUB_DEADLINE_MS);
  } finally {
    await pubsub.close();
  }
}
