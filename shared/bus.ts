import type { PubSub, Topic } from '@google-cloud/pubsub';
import type { Clock } from './clock.ts';
import { withDeadline } from './deadline.ts';
import { RetryLater } from './errors.ts';
import { publishMs } from './time-limits.ts';

export interface PublishOptions {
  /** Messages with one key are delivered in the order of publishing, one at a time. */
  orderingKey?: string;
  attributes?: Record<string, string>;
}

/** Where messages go. */
export interface Bus {
  /** Resolves with the message id once Pub/Sub has accepted it; throws RetryLater where that is not known. */
  publish(topic: string, message: object, options?: PublishOptions): Promise<string>;
  /**
   * Messages of one ordering key together: few requests, and one wait for all. Resolves once Pub/Sub has accepted them;
   * throws RetryLater where one fails: then none behind it is published.
   */
  publishInOrder(topic: string, messages: object[], orderingKey: string): Promise<void>;
}

/**
 * Nothing is lost when an instance is frozen after its response, since all is awaited. `connect` is called at the
 * first publish: a service that publishes rarely starts without loading the client.
 */
export function createBus(connect: () => Promise<PubSub>, clock: Clock, deadlineMs: number): Bus {
  let connecting: Promise<PubSub> | undefined;
  const topics = new Map<string, Topic>();
  const topicOf = async (name: string): Promise<Topic> => {
    connecting ??= connect();
    const pubsub = await connecting;
    let topic = topics.get(name);
    if (!topic) {
      // The client would go on retrying for 600 s; an invocation has no such time.
      const backoffSettings = {
        initialRetryDelayMillis: 100,
        retryDelayMultiplier: 2,
        maxRetryDelayMillis: 5000,
        totalTimeoutMillis: deadlineMs,
      };
      topic = pubsub.topic(name, {
        messageOrdering: true,
        // What is published in one tick goes together; nobody waits for more.
        batching: { maxMilliseconds: 0 },
        gaxOpts: { timeout: deadlineMs, retry: { backoffSettings } },
      });
      topics.set(name, topic);
    }
    return topic;
  };

  /** The client keeps the order of a key, and rejects what stands behind a failure. */
  async function publish(name: string, messages: object[], { orderingKey, attributes }: PublishOptions) {
    const topic = await topicOf(name);
    const meta = { ...(orderingKey && { orderingKey }), ...(attributes && { attributes }) };
    const outgoing = messages.map((message) => ({ data: Buffer.from(JSON.stringify(message)), ...meta }));
    try {
      return await withDeadline(clock, publishMs(deadlineMs), `topic ${name}`, () =>
        Promise.all(outgoing.map((message) => topic.publishMessage(message))),
      );
    } catch (error) {
      // After a failure the client holds the key's later messages back until told to go on:
      // https://cloud.google.com/pubsub/docs/publisher#retry_ordering
      if (orderingKey) topic.resumePublishing(orderingKey);
      throw new RetryLater(`publishing to ${name} failed: ${(error as Error).message}`);
    }
  }

  return {
    async publish(name, message, options = {}) {
      const [id = ''] = await publish(name, [message], options);
      return id;
    },
    async publishInOrder(name, messages, orderingKey) {
      await publish(name, messages, { orderingKey });
    },
  };
}
