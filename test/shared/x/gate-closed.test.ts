import { describe, expect, it } from 'vitest';
import { RetryLater } from '../../../shared/errors.ts';
import { callX } from '../../../shared/x/gate.ts';
import type { Exchange } from '../../../shared/x/types.ts';
import { settle } from '../../support/driven-clock.ts';
import {
  AWAY,
  call,
  callsLeft,
  clock,
  gateOf,
  logged,
  MINUTE,
  ok,
  oneGoesFirst,
  opened,
  queueFor,
  SECOND,
  stageGates,
  turnedAway,
  UNTOLD,
  WINDOW,
  warnings,
} from './gate-stage.ts';
import { waitFor } from './limited-x.ts';

stageGates();

describe('a closed gate', () => {
  it('costs nothing: RetryLater at once, before any call, until the reset that X names', async () => {
    const gate = gateOf();
    const resetMs = clock.now() + 7 * MINUTE;
    const refused: Exchange<never> = {
      answer: waitFor('rate-limited', resetMs),
      rate: { limit: 300, remaining: 0, resetMs },
    };
    let calls = 0;
    const refuse = async () => {
      calls++;
      return refused;
    };
    await turnedAway(gate, refuse);
    for (let message = 0; message < 1000; message++) {
      const error = await turnedAway(gate, refuse);
      expect(error.fields).toMatchObject({ endpoint: 'following', cause: 'rate-limited' });
    }
    expect(calls).toBe(1);
    expect(() => gate.assertOpen()).toThrow(RetryLater);
    await clock.advance(7 * MINUTE + SECOND);
    expect(() => gate.assertOpen()).not.toThrow();
    expect(gate.closure()).toBeNull();
  });

  it('closes at remaining 0 without having been refused, and says so once', async () => {
    const gate = await opened(0, 5 * MINUTE);
    expect(gate.closure()).toMatchObject({ cause: 'rate-limited' });
    expect(logged).toMatchObject([
      { level: 'info', message: 'gate closed', fields: { cause: 'rate-limited' } },
    ]);
    await clock.advance(5 * MINUTE + SECOND);
    expect(gate.closure()).toBeNull();
  });

  it('opens with a single probe', async () => {
    const waiting = queueFor(await opened(0, 5 * MINUTE), 40);
    await clock.advance(5 * MINUTE + SECOND);
    await oneGoesFirst(waiting, ok(299), 40);
  });

  it('stays closed for a cap as long as the cap says, and then sends one call to see', async () => {
    const gate = await opened(250);
    const until = clock.now() + 26 * 60 * MINUTE;
    const capped: Exchange<never> = { answer: waitFor('spend-cap', until, true), rate: ok(249).rate };
    const { stack = '' } = await turnedAway(gate, async () => capped);
    expect(JSON.parse(stack)).toMatchObject({ severity: 'ERROR', alert: true, cause: 'spend-cap' });
    expect(gate.closure()).toEqual({ cause: 'spend-cap', untilMs: until });
    await clock.advance(26 * 60 * MINUTE - 1);
    expect(gate.closure()).not.toBeNull();
    await clock.advance(1);
    const { permits } = queueFor(gate, 10);
    await settle();
    expect(permits).toHaveLength(1);
  });

  it('after a closure within a window one call goes first too', async () => {
    const gate = await opened(250);
    const answer = waitFor('credentials-refused', clock.now() + MINUTE, true);
    await call(gate, { ...ok(249), answer });
    const waiting = queueFor(gate, 10);
    await clock.advance(MINUTE);
    await oneGoesFirst(waiting, ok(248, WINDOW - MINUTE), 10);
  });

  it('a fault of one call leaves it open', async () => {
    const gate = await opened(250);
    const { fields } = await turnedAway(gate, async () => AWAY);
    expect(fields).toMatchObject({ cause: 'x-unreachable' });
    // It is counted: of 249 calls one asks whether X is back.
    await call(gate, UNTOLD);
    expect(await callsLeft(gate, WINDOW - SECOND)).toBe(248);
  });

  it('ends a wait in progress whose deadline is before the opening; the others go on waiting', async () => {
    const gate = await opened(150);
    const { permits } = queueFor(gate, 1);
    await settle();
    const impatient = queueFor(gate, 3, clock.now() + 5 * MINUTE);
    const patient = queueFor(gate, 2, clock.now() + 20 * MINUTE);
    await settle();
    permits[0]?.settle({ answer: waitFor('usage-cap', clock.now() + 10 * MINUTE, true), rate: null });
    await settle();
    expect(impatient.errors.map(({ fields }) => fields.cause)).toEqual(Array(3).fill('usage-cap'));
    expect(patient.errors).toEqual([]);
    await clock.advance(10 * MINUTE);
    await oneGoesFirst(patient, ok(299), 2);
  });

  it('ends a wait at its deadline where the answer to the probe does not come', async () => {
    const gate = gateOf();
    const probe = queueFor(gate, 1);
    const { errors } = queueFor(gate, 1, clock.now() + MINUTE);
    await clock.advance(MINUTE - 1);
    expect(errors).toHaveLength(0);
    await clock.advance(1);
    expect(errors).toHaveLength(1);
    expect(probe.permits).toHaveLength(1);
  });

  it('a call that breaks gives its place back', async () => {
    const gate = await opened(299);
    const broken = callX(gate, clock.now(), () => Promise.reject(new TypeError('a mistake of ours')));
    await expect(broken).rejects.toThrow('a mistake of ours');
    await call(gate, ok(298));
    expect(await callsLeft(gate, WINDOW - SECOND)).toBe(298);
  });
});

describe('a 429 without headers', () => {
  it.each([
    ['a window, no longer', async () => gateOf(), 2 * WINDOW, WINDOW],
    ['as long as an earlier answer named', () => opened(100, 5 * MINUTE), WINDOW, 5 * MINUTE + SECOND],
  ])('closes for %s', async (_what, gateThen, refusedForMs, closedForMs) => {
    const gate = await gateThen();
    await call(gate, { answer: waitFor('rate-limited', clock.now() + refusedForMs), rate: null });
    expect(gate.closure()).toEqual({ cause: 'rate-limited', untilMs: clock.now() + closedForMs });
    await clock.advance(closedForMs);
    expect(gate.closure()).toBeNull();
  });
});

describe('a clock that is off', () => {
  it.each([
    ['20 minutes ahead', 20 * MINUTE],
    ['in the past', -5 * MINUTE],
  ])('a reset %s closes for one window at most, with one warning', async (_when, resetInMs) => {
    const gate = await opened(0, resetInMs);
    expect(gate.closure()).toMatchObject({ untilMs: clock.now() + WINDOW });
    expect(warnings()).toMatchObject([{ fields: { reset: expect.anything() } }]);
    await clock.advance(WINDOW);
    expect(gate.closure()).toBeNull();
    await call(gate, ok(0, resetInMs));
    expect(warnings()).toHaveLength(1);
  });

  it('a warning comes again after the clock had been right in between', async () => {
    const gate = await opened(0, 20 * MINUTE);
    await clock.advance(WINDOW);
    await call(gate, ok(0, WINDOW));
    await clock.advance(WINDOW + SECOND);
    await call(gate, ok(0, 30 * MINUTE));
    expect(warnings()).toHaveLength(2);
  });

  it('an answer that was under way while its window ended is no sign of it', async () => {
    const gate = await opened(10, MINUTE);
    const permit = await gate.acquire(clock.now());
    const answer = ok(9, MINUTE);
    await clock.advance(MINUTE + 20 * SECOND);
    permit.settle(answer);
    expect(warnings()).toEqual([]);
    expect(gate.closure()).toBeNull();
  });
});
