/** Messages of many ordering keys by the client of Pub/Sub and nothing else, all of them at once. */
import { readConfig } from '../../../../shared/config.ts';
import { createPubSub } from '../../../../shared/pubsub-client.ts';
import { serve } from './serve.ts';

interface Asked {
  topic: string;
  /** What all of them say, and of each key how many there are. */
  message: object;
  counts: Record<string, number>;
}

const pubsub = createPubSub(readConfig());
const topics = new Map<string, ReturnType<typeof pubsub.topic>>();

function topicOf(name: string) {
  const topic =
    topics.get(name) ?? pubsub.topic(name, { messageOrdering: true, batching: { maxMilliseconds: 0 } });
  topics.set(name, topic);
  return topic;
}

serve(async ({ topic, message, counts }: Asked) => {
  const startMs = performance.now();
  const published = Object.entries(counts).flatMap(([orderingKey, count]) =>
    Array.from({ length: count }, (_, index) => {
      const data = Buffer.from(
        JSON.stringify({ ...message, dispatchId: orderingKey, pageNumber: index + 1 }),
      );
      return topicOf(topic).publishMessage({ data, orderingKey });
    }),
  );
  await Promise.all(published);
  return { messages: published.length, ms: performance.now() - startMs };
});
