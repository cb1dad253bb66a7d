/**
 * Topics and subscriptions: the methods of `google.pubsub.v1`, with requests and replies as on the wire.
 * https://cloud.google.com/pubsub/docs/reference/rpc/google.pubsub.v1
 * Not imitated: pull, seek, snapshots, schemas, changing a topic, pages of a list (all comes in one).
 */
import { pushedMessage } from './push.ts';
import { type Delivery, Pusher } from './pusher.ts';
import { checkPublish, checkSubscription, type Message, refusal, type Subscription } from './requests.ts';
import { backlogOf, openStore, type Store } from './store.ts';

const UPDATABLE = ['ackDeadlineSeconds', 'retryPolicy', 'messageRetentionDuration', 'pushConfig'] as const;

export class Broker {
  readonly #store: Store;
  readonly #delivery: Delivery;
  readonly #pushers = new Map<string, Pusher>();

  constructor(file: string, delivery: Delivery) {
    [this.#store, this.#delivery] = [openStore(file), delivery];
    const rows = this.#store.db.prepare('SELECT config FROM subscriptions').all();
    for (const { config } of rows) this.#configure(JSON.parse(String(config)));
  }

  createTopic({ name }: { name: string }) {
    const { changes } = this.#store.db.prepare('INSERT OR IGNORE INTO topics VALUES (?)').run(name);
    if (changes === 0) throw refusal('ALREADY_EXISTS', `Topic already exists: ${name}`);
    return { name };
  }
  getTopic({ topic }: { topic: string }) {
    const found = this.#store.db.prepare('SELECT name FROM topics WHERE name = ?').get(topic);
    if (!found) throw refusal('NOT_FOUND', `Topic not found: ${topic}`);
    return found;
  }
  listTopics({ project }: { project: string }) {
    return {
      topics: this.#store.db.prepare('SELECT name FROM topics WHERE name GLOB ?').all(`${project}/*`),
    };
  }
  /** Its subscriptions keep what they have and get no more, not even from a new topic of that name. */
  deleteTopic({ topic }: { topic: string }) {
    this.getTopic({ topic });
    this.#store.db.prepare('DELETE FROM topics WHERE name = ?').run(topic);
    for (const { config } of this.#pushersOf(topic)) this.#configure({ ...config, topic: '_deleted-topic_' });
    return {};
  }
  publish({ topic, messages = [] }: { topic: string; messages?: Message[] }) {
    this.getTopic({ topic });
    const chain = checkPublish(messages) || null;
    const now = this.#delivery.clock.now();
    // The clock as the floor: ids stay unique when the file is deleted, but what came of its messages is not.
    const taken = this.#store.takeIds.get({ floor: now * 1000, count: messages.length });
    const messageIds = messages.map((_, i) => String(Number(taken?.next) - messages.length + i));
    const pushed = messages.map((message, i) => pushedMessage(message, `${messageIds[i]}`, now));
    this.#store.append.run({ topic, now, chain, messages: JSON.stringify(pushed) });
    for (const pusher of this.#pushersOf(topic)) pusher.wake();
    return { messageIds };
  }

  createSubscription(request: Subscription) {
    this.getTopic(request);
    if (this.#pushers.has(request.name)) throw refusal('ALREADY_EXISTS', `Already exists: ${request.name}`);
    return this.#configure(request);
  }
  getSubscription({ subscription }: { subscription: string }) {
    return this.#pusher(subscription).config;
  }
  listSubscriptions({ project }: { project: string }) {
    const all = [...this.#pushers.values()].map(({ config }) => config);
    return { subscriptions: all.filter(({ name }) => name.startsWith(`${project}/`)) };
  }
  updateSubscription({
    subscription,
    updateMask,
  }: {
    subscription: Subscription;
    updateMask?: { paths?: string[] };
  }) {
    const fields = (updateMask?.paths ?? []).map((path) => {
      const field = UPDATABLE.find((name) => name.toLowerCase() === path.replaceAll('_', ''));
      if (field) return [field, subscription[field]];
      throw refusal('INVALID_ARGUMENT', `The local Pub/Sub cannot update ${path}.`);
    });
    return this.#configure({ ...this.#pusher(subscription.name).config, ...Object.fromEntries(fields) });
  }
  modifyPushConfig({
    subscription,
    pushConfig = {},
  }: {
    subscription: string;
    pushConfig?: Subscription['pushConfig'];
  }) {
    this.#configure({ ...this.#pusher(subscription).config, pushConfig });
    return {};
  }
  deleteSubscription({ subscription }: { subscription: string }) {
    this.#pusher(subscription).close();
    this.#pushers.delete(subscription);
    this.#store.db.prepare('DELETE FROM subscriptions WHERE name = ?').run(subscription);
    return {};
  }

  backlog = () => backlogOf(this.#store.db);

  close(): void {
    for (const pusher of this.#pushers.values()) pusher.close();
    this.#store.db.close();
  }

  #pusher(name: string): Pusher {
    const pusher = this.#pushers.get(name);
    if (!pusher) throw refusal('NOT_FOUND', `Subscription not found: ${name}`);
    return pusher;
  }
  #pushersOf = (topic: string) => [...this.#pushers.values()].filter(({ config }) => config.topic === topic);

  /** Checks, stores and applies. The endpoint is not stored: after a restart its port may belong to somebody else. */
  #configure(config: Subscription): Subscription {
    checkSubscription(config);
    const stored = JSON.stringify({ ...config, pushConfig: undefined });
    const id = Number(this.#store.saveSubscription.get(config.name, stored)?.id);
    const pusher = this.#pushers.get(config.name) ?? new Pusher(config, this.#store, id, this.#delivery);
    this.#pushers.set(config.name, Object.assign(pusher, { config }));
    pusher.wake();
    return config;
  }
}
