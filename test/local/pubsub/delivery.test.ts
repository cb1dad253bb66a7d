import fc from 'fast-check';
import { expect, test } from 'vitest';
import { settle } from '../../support/driven-clock.ts';
import { SUBSCRIPTION, stage } from './support.ts';

const policy = (min: number, max: number) => ({
  retryPolicy: { minimumBackoff: { seconds: min }, maximumBackoff: { seconds: max } },
});

test('an acknowledged message is deleted and never comes again', async () => {
  const { clock, endpoint, broker, publish } = stage();
  await publish('one');
  expect(broker.backlog()).toEqual([
    { subscription: SUBSCRIPTION, undelivered: 1, oldestPublishTime: '2026-01-15T12:00:00.000Z' },
  ]);
  await endpoint.answer('one', 'ack');
  await clock.advance(86_400_000);
  expect(endpoint.texts).toEqual(['one']);
  expect(broker.backlog()).toEqual([{ subscription: SUBSCRIPTION, undelivered: 0, oldestPublishTime: null }]);
});

test('the back-off of a message doubles from the minimum to the maximum', async () => {
  const { clock, endpoint, publish } = stage(policy(10, 60));
  endpoint.reply = () => 'HTTP 500';
  await publish('one');
  for (const [deliveries, seconds] of [10, 20, 40, 60, 60].entries()) {
    await clock.advance(seconds * 1000 - 1);
    expect(endpoint.delivered).toHaveLength(deliveries + 1);
    await clock.advance(1);
    expect(endpoint.delivered).toHaveLength(deliveries + 2);
  }
});

test('without a retry policy the back-off runs from 100 ms to a minute', async () => {
  const { clock, endpoint, publish } = stage();
  endpoint.reply = () => 'HTTP 500';
  await publish('one');
  await clock.advance(99);
  expect(endpoint.delivered).toHaveLength(1);
  await clock.advance(1);
  expect(endpoint.delivered).toHaveLength(2);
  await clock.advance(3_600_000);
  const before = endpoint.delivered.length;
  await clock.advance(60_000);
  expect(endpoint.delivered).toHaveLength(before + 1);
});

test('no answer within the ack deadline is a nack, the request is aborted, a late ack has no effect', async () => {
  const { clock, endpoint, broker, publish } = stage({ ackDeadlineSeconds: 30, ...policy(10, 60) });
  await publish('one');
  await clock.advance(29_999);
  expect(endpoint.delivered[0]?.signal.aborted).toBe(false);
  await clock.advance(1);
  expect(endpoint.delivered[0]?.signal.aborted).toBe(true);
  await clock.advance(10_000);
  expect(endpoint.texts).toEqual(['one', 'one']);
  endpoint.delivered[0]?.answer('ack');
  await settle();
  expect(broker.backlog()[0]?.undelivered).toBe(1);
  endpoint.delivered[1]?.answer('ack');
  await settle();
  expect(broker.backlog()[0]?.undelivered).toBe(0);
});

test('no more than maxOutstanding pushes of a subscription are in flight', async () => {
  const { endpoint, publish } = stage({}, { maxOutstanding: 3 });
  await publish('1', '2', '3', '4', '5');
  expect(endpoint.texts).toEqual(['1', '2', '3']);
  await endpoint.answer('2', 'ack');
  expect(endpoint.texts).toEqual(['1', '2', '3', '4']);
});

test('a message that waits out its back-off takes no place in flight', async () => {
  const { endpoint, publish } = stage(policy(10, 60), { maxOutstanding: 1 });
  endpoint.reply = (text) => (text === 'bad' ? 'HTTP 500' : 'ack');
  await publish('bad', 'good');
  await settle();
  expect(endpoint.texts).toEqual(['bad', 'good']);
});

test('a message is dropped when its retention ends, also while nobody takes it', async () => {
  const retention = { messageRetentionDuration: { seconds: 31 * 86_400 } };
  const { clock, endpoint, broker, log, publish } = stage({ ...retention, pushConfig: {} });
  await publish('one');
  await clock.advance(31 * 86_400_000 - 1);
  expect(broker.backlog()[0]?.undelivered).toBe(1);
  await clock.advance(1);
  expect(broker.backlog()[0]?.undelivered).toBe(0);
  expect(log).toContainEqual({ event: 'expire', subscription: SUBSCRIPTION, messages: 1 });
  expect(endpoint.delivered).toHaveLength(0);
});

test('a message that expires in flight frees the next of its key', async () => {
  const { clock, endpoint, publish } = stage({
    enableMessageOrdering: true,
    messageRetentionDuration: { seconds: 600 },
    ackDeadlineSeconds: 600,
  });
  await publish('a:1');
  await clock.advance(300_000);
  await publish('a:2');
  await clock.advance(300_000);
  expect(endpoint.texts).toEqual(['a:1', 'a:2']);
});

test('a deleted subscription is pushed nothing, and its answers have no effect', async () => {
  const { clock, endpoint, broker, publish } = stage({}, { maxOutstanding: 1 });
  await publish('one', 'two');
  broker.deleteSubscription({ subscription: SUBSCRIPTION });
  expect(endpoint.delivered[0]?.signal.aborted).toBe(true);
  await endpoint.answer('one', 'HTTP 500');
  await clock.advance(3_600_000);
  expect(endpoint.texts).toEqual(['one']);
  expect(broker.backlog()).toEqual([]);
});

test('each transition is one log entry', async () => {
  const { endpoint, log, publish } = stage(policy(10, 60));
  endpoint.reply = (text) => (text === 'bad' ? 'HTTP 500' : 'ack');
  await publish('bad');
  expect(log.map(({ event }) => event)).toEqual(['push', 'answer']);
  expect(log[1]).toMatchObject({ answer: 'HTTP 500', retryMs: 10_000, subscription: SUBSCRIPTION });
});

test('whatever is answered, a key is acknowledged in order and in the end everything is', async () => {
  const key = fc.constantFrom('a', 'b', 'c', '');
  const coins = fc.infiniteStream(fc.boolean());
  const check = async (keys: string[], coin: Iterator<boolean>) => {
    const ordered = { enableMessageOrdering: true, ...policy(10, 10) };
    const { clock, endpoint, broker, publish } = stage(ordered, { maxOutstanding: 2 });
    const texts = keys.map((name, i) => (name ? `${name}:${i}` : `${i}`));
    const acked: string[] = [];
    endpoint.reply = (text) => {
      if (coin.next().value) return 'HTTP 500';
      acked.push(text);
      return 'ack';
    };
    await publish(...texts);
    while (broker.backlog()[0]?.undelivered) await clock.advance(10_000);
    expect([...acked].sort()).toEqual([...texts].sort());
    for (const name of ['a', 'b', 'c']) {
      const ofKey = (list: string[]) => list.filter((text) => text.startsWith(`${name}:`));
      expect(ofKey(acked)).toEqual(ofKey(texts));
    }
    broker.close();
  };
  await fc.assert(fc.asyncProperty(fc.array(key, { maxLength: 12 }), coins, check), { numRuns: 50 });
});
