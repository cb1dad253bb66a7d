/**
 * The methods of https://cloud.google.com/pubsub/docs/reference/rpc/google.pubsub.v1, requests and replies as on the
 * wire. Not imitated: pull, seek, snapshots, schemas, changing a topic, pages of a list (all comes in one).
 */
import { pushedMessage } from './push.ts';
import { type Context, type Delivery, Pusher } from './pusher.ts';
import { checkPublish, checkSubscription, type Message, refusal, type Subscription } from './requests.ts';
import { backlogOf, openStore } from './store.ts';

type Update = { subscription: Subscription; updateMask?: { paths?: string[] } };
const UPDATABLE = ['ackDeadlineSeconds', 'retryPolicy', 'messageRetentionDuration', 'pushConfig'] as const;

export class Broker {
  readonly #context: Context;
  readonly #pushers = new Map<string, Pusher>();

  constructor(file: string, delivery: Delivery) {
    this.#context = { ...openStore(file), ...delivery };
    for (const { config } of this.#context.db.prepare('SELECT config FROM subscriptions').all())
      this.#configure(JSON.parse(String(config)));
  }

  createTopic({ name }: { name: string }) {
    const { changes } = this.#context.db.prepare('INSERT OR IGNORE INTO topics VALUES (?)').run(name);
    if (changes === 0) throw refusal('ALREADY_EXISTS', `Topic already exists: ${name}`);
    return { name };
  }
  getTopic({ topic }: { topic: string }) {
    const found = this.#context.db.prepare('SELECT name FROM topics WHERE name = ?').get(topic);
    if (!found) throw refusal('NOT_FOUND', `Topic not found: ${topic}`);
    return found;
  }
  listTopics({ project }: { project: string }) {
    const select = this.#context.db.prepare('SELECT name FROM topics WHERE name GLOB ? ORDER BY name');
    return { topics: select.all(`${project}/*`) };
  }
  /** Its subscriptions keep what they have and get no more, not even from a new topic of that name. */
  deleteTopic({ topic }: { topic: string }) {
    this.getTopic({ topic });
    this.#context.db.prepare('DELETE FROM topics WHERE name = ?').run(topic);
    for (const { config } of this.#pushersOf(topic)) this.#configure({ ...config, topic: '_deleted-topic_' });
    return {};
  }
  publish({ topic, messages = [] }: { topic: string; messages?: Message[] }) {
    this.getTopic({ topic });
    const chain = checkPublish(messages) || null;
    const now = this.#context.clock.now();
    // The clock as the floor: ids stay unique when the file is deleted, but what came of its messages is not.
    const first = Number(this.#context.takeIds.get({ floor: now * 1000, count: messages.length })?.first);
    const pushed = messages.map((message, i) => pushedMessage(message, String(first + i), now));
    this.#context.append.run({ topic, now, chain, messages: JSON.stringify(pushed) });
    for (const pusher of this.#pushersOf(topic)) pusher.wake();
    return { messageIds: pushed.map(({ messageId }) => messageId) };
  }

  createSubscription(request: Subscription) {
    this.getTopic(request);
    if (this.#pushers.has(request.name)) throw refusal('ALREADY_EXISTS', `Already exists: ${request.name}`);
    return this.#configure(request);
  }
  getSubscription({ subscription }: { subscription: string }) {
    const pusher = this.#pushers.get(subscription);
    if (!pusher) throw refusal('NOT_FOUND', `Subscription not found: ${subscription}`);
    return pusher.config;
  }
  listSubscriptions({ project }: { project: string }) {
    const all = [...this.#pushers.values()].map(({ config }) => config);
    return { subscriptions: all.filter(({ name }) => name.startsWith(`${project}/`)) };
  }
  updateSubscription({ subscription, updateMask }: Update) {
    const changed = { ...this.getSubscription({ subscription: subscription.name }) };
    for (const path of updateMask?.paths ?? []) {
      const field = UPDATABLE.find((name) => name.toLowerCase() === path.replaceAll('_', ''));
      if (!field) throw refusal('INVALID_ARGUMENT', `The local Pub/Sub cannot update ${path}.`);
      Object.assign(changed, { [field]: subscription[field] });
    }
    return this.#configure(changed);
  }
  modifyPushConfig({ subscription, pushConfig = {} }: { subscription: string; pushConfig?: object }) {
    this.#configure({ ...this.getSubscription({ subscription }), pushConfig });
    return {};
  }
  deleteSubscription({ subscription }: { subscription: string }) {
    this.getSubscription({ subscription });
    this.#pushers.get(subscription)?.close();
    this.#pushers.delete(subscription);
    this.#context.db.prepare('DELETE FROM subscriptions WHERE name = ?').run(subscription);
    return {};
  }
  backlog = () => backlogOf(this.#context.db);
  close(): void {
    for (const pusher of this.#pushers.values()) pusher.close();
    this.#context.db.close();
  }

  #pushersOf = (topic: string) => [...this.#pushers.values()].filter(({ config }) => config.topic === topic);

  /** Checks, stores and applies. The endpoint is not stored: after a restart its port may belong to somebody else. */
  #configure(request: Subscription): Subscription {
    const config = checkSubscription(request, this.#context.mostRetentionDays);
    const stored = JSON.stringify({ ...config, pushConfig: undefined });
    const id = Number(this.#context.saveSubscription.get(config.name, stored)?.id);
    const pusher = this.#pushers.get(config.name) ?? new Pusher(config, { ...this.#context, id });
    this.#pushers.set(config.name, Object.assign(pusher, { config }));
    pusher.wake();
    return config;
  }
}
