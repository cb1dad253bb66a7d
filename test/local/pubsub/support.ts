import { Broker } from '../../../infra/local/pubsub/broker.ts';
import type { Push } from '../../../infra/local/pubsub/push.ts';
import type { Subscription } from '../../../infra/local/pubsub/requests.ts';
import { DrivenClock, settle } from '../../support/driven-clock.ts';

const TOPIC = 'projects/p/topics/pages';
export const SUBSCRIPTION = 'projects/p/subscriptions/pages';
export const ENDPOINT = 'http://127.0.0.1:1/';

export interface Delivered {
  text: string;
  endpoint: string;
  /** 'ack', or a reason for a nack. */
  answer(outcome: string): void;
  signal: AbortSignal;
}

/** A push endpoint that remembers what it was sent and answers when the test says so. */
class FakeEndpoint {
  readonly delivered: Delivered[] = [];
  /** Answers at once with what this returns, or leaves the answer to the test (undefined). */
  reply: (text: string) => string | undefined = () => undefined;

  readonly push: Push = (endpoint, { message }, signal) =>
    new Promise((answer) => {
      const text = Buffer.from(message.data ?? '', 'base64').toString();
      this.delivered.push({ text, endpoint, answer, signal });
      const outcome = this.reply(text);
      if (outcome !== undefined) answer(outcome);
    });

  get texts(): string[] {
    return this.delivered.map(({ text }) => text);
  }

  /** Answers the newest delivery of `text`. */
  async answer(text: string, outcome: string): Promise<void> {
    const delivery = this.delivered.findLast((other) => other.text === text);
    if (!delivery) throw new Error(`${text} was not delivered`);
    delivery.answer(outcome);
    await settle();
  }
}

/** A broker on a driven clock with one topic and, unless `subscription` is null, one subscription. */
export function stage(
  subscription: Partial<Subscription> | null = {},
  options: { file?: string; maxOutstanding?: number } = {},
) {
  const { file = ':memory:', maxOutstanding = 40 } = options;
  const clock = new DrivenClock();
  const endpoint = new FakeEndpoint();
  const log: { event: string }[] = [];
  const record = (transition: { event: string }) => void log.push(transition);
  const broker = new Broker(file, {
    clock,
    push: endpoint.push,
    maxOutstanding,
    mostRetentionDays: 31,
    log: record,
  });
  if (subscription) {
    broker.createTopic({ name: TOPIC });
    const pushConfig = { pushEndpoint: ENDPOINT };
    broker.createSubscription({ name: SUBSCRIPTION, topic: TOPIC, pushConfig, ...subscription });
  }
  return { clock, endpoint, broker, log, publish: (...texts: string[]) => publish(broker, texts) };
}

/** Publishes each text in a request of its own; the part before a colon is its ordering key ('a:1' has key 'a'). */
export async function publish(broker: Broker, texts: string[]): Promise<void> {
  for (const text of texts) {
    const orderingKey = text.includes(':') ? text.slice(0, text.indexOf(':')) : '';
    broker.publish({ topic: TOPIC, messages: [{ data: Buffer.from(text), orderingKey }] });
  }
  await settle();
}
