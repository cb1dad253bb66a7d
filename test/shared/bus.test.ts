import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { Broker } from '../../infra/local/pubsub/broker.ts';
import { refusal } from '../../infra/local/pubsub/requests.ts';
import { startPubSub } from '../../infra/local/pubsub/server.ts';
import { type Bus, createBus } from '../../shared/bus.ts';
import { systemClock } from '../../shared/clock.ts';
import { createPubSub } from '../../shared/pubsub-client.ts';

const TOPIC = 'pages';
/** More than the client sends in one request. */
const ALL = Array.from({ length: 300 }, (_, number) => number);

let broker: Awaited<ReturnType<typeof startPubSub>>;
let pubsub: ReturnType<typeof createPubSub>;
let bus: Bus;
beforeAll(async () => {
  broker = await startPubSub({ file: ':memory:' });
  pubsub = createPubSub({ GOOGLE_CLOUD_PROJECT: 'p', PUBSUB_EMULATOR_HOST: `127.0.0.1:${broker.port}` });
  await pubsub.createTopic(TOPIC);
  bus = createBus(async () => pubsub, systemClock, 30_000);
});
afterEach(() => void vi.restoreAllMocks());
afterAll(async () => {
  await pubsub.close();
  broker.close();
});

/** The stand-in as it is, but that it fails as `fails` says of the requests so far; returns what it has accepted. */
function accepting(fails: (requests: number) => boolean = () => false) {
  const accepted: { key: string | undefined; numbers: number[] }[] = [];
  const publish = Broker.prototype.publish;
  let requests = 0;
  vi.spyOn(Broker.prototype, 'publish').mockImplementation(function (this: Broker, request) {
    if (fails(++requests)) throw refusal('PERMISSION_DENIED', 'Not now.');
    const { messages: given = [] } = request;
    const numbers = given.map(({ data }) => JSON.parse(Buffer.from(data ?? []).toString()).number);
    accepted.push({ key: given[0]?.orderingKey, numbers });
    return publish.call(this, request);
  });
  return accepted;
}

const messages = ALL.map((number) => ({ number }));

describe('messages of one key that are published together', () => {
  test('are few requests, in the order that they were given in', async () => {
    const accepted = accepting();
    await bus.publishInOrder(TOPIC, messages, 'a');
    expect(accepted.map(({ key }) => key)).toEqual(['a', 'a']);
    expect(accepted.flatMap(({ numbers }) => numbers)).toEqual(ALL);
  });

  test.each([1, 2])('are not published behind request %i where that fails', async (failing) => {
    const accepted = accepting((requests) => requests === failing);
    await expect(bus.publishInOrder(TOPIC, messages, `fails ${failing}`)).rejects.toMatchObject({
      name: 'RetryLater',
      message: expect.stringContaining('publishing to pages failed'),
    });
    // What the client would still send is on its way before this one of another key.
    await bus.publish(TOPIC, { number: -1 }, { orderingKey: 'another' });
    expect(accepted.flatMap(({ numbers }) => numbers)).toEqual([...ALL.slice(0, 100 * (failing - 1)), -1]);
  });

  test('are published when they are given again after a failure, all of them', async () => {
    const accepted = accepting((requests) => requests === 1);
    await expect(bus.publishInOrder(TOPIC, messages, 'again')).rejects.toThrow();
    await bus.publishInOrder(TOPIC, messages, 'again');
    expect(accepted.flatMap(({ numbers }) => numbers)).toEqual(ALL);
  });

  test('hold up no other key that fails meanwhile, nor are they held up by one', async () => {
    const accepted = accepting((requests) => requests === 1);
    const [first, second] = await Promise.allSettled([
      bus.publishInOrder(TOPIC, [{ number: 1 }, { number: 2 }], 'one'),
      bus.publishInOrder(TOPIC, [{ number: 3 }, { number: 4 }], 'two'),
    ]);
    expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
    expect(accepted).toEqual([{ key: 'two', numbers: [3, 4] }]);
  });
});
