import { beforeAll, describe, expect, test } from 'vitest';
import { simulated, timesOf } from '../simulation/simulated.ts';
import type { Tally } from '../simulation/tally.ts';

const WORLDS = 40;
/** The largest limit that a subscription can set: https://cloud.google.com/pubsub/docs/dead-letter-topics */
const MOST_DELIVERY_ATTEMPTS = 100;

let tally: Tally;
let mostDeliveries = 0;
const unhandled: string[] = [];
beforeAll(async () => {
  tally = await simulated(4200, ['limits', 'caps', 'clocks'], WORLDS, ({ broker }) => {
    for (const { id, deliveries, acked } of broker.messages) {
      mostDeliveries = Math.max(mostDeliveries, deliveries);
      if (!acked) unhandled.push(id);
    }
  });
});

describe('Limits: an instance makes no call to X while its gate is closed; waiting costs no message its life', () => {
  /** test/simulation/checks/gates.ts fails at a call by the gate's own word, and by what X has said, at each step. */
  test('windows are used up, caps are reached, credentials are refused: nobody calls before the time that X names', () => {
    expect(tally.xCalls).toBeGreaterThan(300);
    const causes = ['rate-limited', 'credits-exhausted', 'spend-cap', 'usage-cap', 'credentials-refused'];
    for (const cause of causes)
      expect(timesOf(tally, new RegExp(`^waited: ${cause}$`)), cause).toBeGreaterThan(0);
  });

  test('a message that has waited more often than any limit on deliveries allows is handled all the same', () => {
    expect(mostDeliveries).toBeGreaterThan(MOST_DELIVERY_ATTEMPTS);
    expect(unhandled).toEqual([]);
  });
});
