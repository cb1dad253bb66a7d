import { randomUUID } from 'node:crypto';
import type { CreateSubscriptionOptions, PubSub, Subscription, Topic } from '@google-cloud/pubsub';
import { afterAll } from 'vitest';
import { createPubSub } from '../../../shared/pubsub-client.ts';
import { PROJECT, pubsubEndpoint } from './endpoints.ts';
import { type PushEndpoint, pushEndpoint, type Reply } from './push-endpoint.ts';

type Pushed = PushEndpoint & { subscription: Subscription };

export interface PubSubUnderTest {
  client: PubSub;
  /** A topic that nobody else uses. */
  topic(): Promise<Topic>;
  /** A subscription of `topic` that pushes to a port of this process; `reply` answers, default 204. */
  pushed(topic: Topic, options?: CreateSubscriptionOptions, reply?: Reply): Promise<Pushed>;
  /** A topic of its own with such a subscription. */
  road(options?: CreateSubscriptionOptions, reply?: Reply): Promise<{ topic: Topic; endpoint: Pushed }>;
  /** Publishes each text, after the one before it is accepted; the part before a colon is its ordering key. */
  publish(topic: Topic, ...texts: string[]): Promise<string[]>;
}

/** An order shows what became of a message without waiting: the next of its key comes when it is acknowledged. */
export const ORDERED = {
  enableMessageOrdering: true,
  retryPolicy: { minimumBackoff: { seconds: 0, nanos: 100e6 }, maximumBackoff: { seconds: 1 } },
};

/** For the tests of one file, at its top; after them it deletes what it has made. */
export async function pubSubUnderTest(): Promise<PubSubUnderTest> {
  const { address, close } = await pubsubEndpoint();
  const client = createPubSub({ GOOGLE_CLOUD_PROJECT: PROJECT, PUBSUB_EMULATOR_HOST: address });
  const made: (Topic | Subscription)[] = [];
  const endpoints: PushEndpoint[] = [];
  afterAll(async () => {
    for (const each of made.reverse()) await each.delete().catch(unlessGone);
    await client.close();
    for (const endpoint of endpoints) await endpoint.close();
    await close();
  });
  const under: PubSubUnderTest = {
    client,
    async topic() {
      const [topic] = await client.createTopic(`contract-${randomUUID()}`);
      made.push(topic);
      return topic;
    },
    async pushed(topic, options = {}, reply) {
      const endpoint = await pushEndpoint(reply);
      endpoints.push(endpoint);
      const [subscription] = await topic.createSubscription(`contract-${randomUUID()}`, {
        pushEndpoint: endpoint.url,
        ...options,
      });
      made.push(subscription);
      return Object.assign(endpoint, { subscription });
    },
    async road(options, reply) {
      const topic = await under.topic();
      return { topic, endpoint: await under.pushed(topic, options, reply) };
    },
    async publish({ name }, ...texts) {
      const topic = client.topic(name, { messageOrdering: true, batching: { maxMilliseconds: 1 } });
      const ids: string[] = [];
      for (const text of texts) {
        const orderingKey = text.includes(':') ? text.slice(0, text.indexOf(':')) : undefined;
        const data = Buffer.from(text);
        ids.push(await topic.publishMessage({ data, ...(orderingKey && { orderingKey }) }));
      }
      return ids;
    },
  };
  return under;
}

const NOT_FOUND = 5; // https://grpc.io/docs/guides/status-codes/

function unlessGone(error: { code?: number }): void {
  if (error.code !== NOT_FOUND) throw error;
}
