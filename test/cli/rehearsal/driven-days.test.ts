import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { drivenDays } from '../../../infra/cli/rehearsal/driven-days.ts';
import { Broker } from '../../../infra/local/pubsub/broker.ts';
import { readConfig } from '../../../shared/config.ts';
import { DAY_MS } from '../../../shared/times.ts';
import { DrivenClock } from '../../support/driven-clock.ts';
import { emptyDir } from '../support/process.ts';

const [TOPIC, SUBSCRIPTION] = ['projects/p/topics/t', 'projects/p/subscriptions/t-push'];

let data: string;
beforeEach(async () => {
  data = await emptyDir();
});
afterEach(() => rm(data, { recursive: true }));

/** Pub/Sub with a message that nobody has taken; `deliver` answers it. */
function pubsubWithMessage(clock: DrivenClock) {
  let deliver = () => {};
  const push = () =>
    new Promise<string>((answer) => {
      deliver = () => answer('ack');
    });
  const delivery = { clock, push, maxOutstanding: 40, mostRetentionDays: 31, log: () => undefined };
  const broker = new Broker(join(data, 'pubsub.sqlite'), delivery);
  broker.createTopic({ name: TOPIC });
  broker.createSubscription({
    ...{ name: SUBSCRIPTION, topic: TOPIC, pushConfig: { pushEndpoint: 'http://127.0.0.1:1/' } },
  });
  broker.publish({ topic: TOPIC, messages: [{ data: Buffer.from('{}') }] });
  return { broker, deliver: () => deliver() };
}

describe('the days of the demo', () => {
  test('lie a day apart, the last one is today, and none begins before the messages of the one before are acknowledged', async () => {
    const system = new DrivenClock();
    const { broker, deliver } = pubsubWithMessage(system);
    const days = drivenDays(3, system, data, readConfig({}));
    const told: number[] = [];
    const stack = { moveTime: async (offsetMs: number) => void told.push(offsetMs) };
    expect(days.offsetMs).toBe(-2 * DAY_MS);
    expect(days.clock.now()).toBe(system.now() - 2 * DAY_MS);
    const next = days.next(stack);
    await system.advance(1000);
    expect(told).toEqual([]);
    deliver();
    await system.advance(1000);
    await next;
    await days.next(stack);
    expect(told).toEqual([-DAY_MS, 0]);
    expect(days.clock.now()).toBe(system.now());
    broker.close();
  });

  test.each([
    ['beside rows of before', {}, true],
    ['where Pub/Sub is an emulator', { PUBSUB_EMULATOR_HOST: '127.0.0.1:8085' }, false],
    ['where BigQuery is one', { BIGQUERY_EMULATOR_HOST: 'http://127.0.0.1:9050' }, false],
  ])('are all now %s', async (_, settings, hasRows) => {
    if (hasRows) await writeFile(join(data, 'warehouse.duckdb'), '');
    const system = new DrivenClock();
    const days = drivenDays(3, system, data, readConfig(settings));
    await days.next({ moveTime: () => Promise.reject(new Error('time was moved')) });
    expect(days).toMatchObject({ offsetMs: undefined, clock: system });
  });
});
