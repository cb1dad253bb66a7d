import { randomUUID } from 'node:crypto';
import type { CreateSubscriptionOptions, PubSub, Subscription, Topic } from '@google-cloud/pubsub';
import { createPubSub } from '../../../shared/pubsub-client.ts';
import { PROJECT, pubsubEndpoint } from './endpoints.ts';
import { type PushEndpoint, pushEndpoint, type Reply } from './push-endpoint.ts';

export type Pushed = PushEndpoint & { subscription: Subscription };

export interface PubSubUnderTest {
  client: PubSub;
  /** A topic that nobody else uses. */
  topic(): Promise<Topic>;
  /** A subscription of `topic` that pushes to a port of this process; `reply` answers, default 204. */
  pushed(topic: Topic, options?: CreateSubscriptionOptions, reply?: Reply): Promise<Pushed>;
  /** Publishes each text, after the one before it is accepted; the part before a colon is its ordering key. */
  publish(topic: Topic, ...texts: string[]): Promise<string[]>;
  /** Deletes what it has made. */
  close(): Promise<void>;
}

export async function startPubSubUnderTest(): Promise<PubSubUnderTest> {
  const { address, close } = await pubsubEndpoint();
  const client = createPubSub({ GOOGLE_CLOUD_PROJECT: PROJECT, PUBSUB_EMULATOR_HOST: address });
  const made: (Topic | Subscription)[] = [];
  const endpoints: PushEndpoint[] = [];
  return {
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
    async close() {
      for (const each of made.reverse()) await each.delete().catch(unlessGone);
      await client.close();
      for (const endpoint of endpoints) await endpoint.close();
      await close();
    },
  };
}

const NOT_FOUND = 5; // https://grpc.io/docs/guides/status-codes/

function unlessGone(error: { code?: number }): void {
  if (error.code !== NOT_FOUND) throw error;
}
