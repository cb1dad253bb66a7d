import { createBus, type PublishOptions } from '../../shared/bus.ts';
import { systemClock } from '../../shared/clock.ts';
import { createPubSub } from '../../shared/pubsub-client.ts';
import type { Target } from './target.ts';

export interface Outgoing extends PublishOptions {
  topic: string;
  message: object;
}

/** Publishes one after the other and returns the message ids. Throws RetryLater at the first that fails. */
export async function publishAll({ config }: Target, outgoing: Iterable<Outgoing>): Promise<string[]> {
  const pubsub = createPubSub(config);
  const bus = createBus(async () => pubsub, systemClock, config.PUBSUB_DEADLINE_MS);
  try {
    const ids = [];
    for (const { topic, message, ...options } of outgoing)
      ids.push(await bus.publish(topic, message, options));
    return ids;
  } finally {
    await pubsub.close();
  }
}
