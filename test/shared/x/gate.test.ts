import { beforeEach, describe, expect, it } from 'vitest';
import { RetryLater } from '../../../shared/errors.ts';
import { callX, createGate, type Gate, type GateOptions, type Permit } from '../../../shared/x/gate.ts';
import type { Exchange } from '../../../shared/x/types.ts';
import { DrivenClock, settle } from '../../support/driven-clock.ts';
import { LimitedX, waitFor } from './limited-x.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const WINDOW = 15 * MINUTE;
const FAR = 100 * WINDOW;

let clock: DrivenClock;
let logged: { level: string; message: string; fields: Record<string, unknown> }[];
beforeEach(() => {
  clock = new DrivenClock();
  logged = [];
});

const gateOf = (options: Partial<GateOptions> = {}): Gate =>
  createGate({
    endpoint: 'following',
    clock,
    log: {
      info: (fields, message) => logged.push({ level: 'info', message, fields }),
      warn: (fields, message) => logged.push({ level: 'warn', message, fields }),
    },
    ...options,
  });
const warnings = () => logged.filter(({ level }) => level === 'warn');

/** An answer that leaves `remaining` calls, with the reset `resetInMs` from now. */
const ok = (remaining: number, resetInMs = WINDOW, limit = 300): Exchange<unknown> => ({
  answer: { kind: 'ok' },
  rate: { limit, remaining, resetMs: clock.now() + resetInMs },
});
/** A good answer without headers. */
const UNTOLD: Exchange<unknown> = { answer: { kind: 'ok' }, rate: null };
const AWAY: Exchange<never> = { answer: waitFor('x-unreachable', null), rate: null };
/** Asks for one permit and says how that call went. */
const call = async (gate: Gate, exchange: Exchange<unknown>) =>
  (await gate.acquire(clock.now())).settle(exchange);

/** Asks for `count` permits at once; those that came are in the list, those turned away among the errors. */
function queueFor(gate: Gate, count: number, deadlineMs = clock.now() + FAR) {
  const permits: Permit[] = [];
  const errors: RetryLater[] = [];
  for (let i = 0; i < count; i++)
    gate.acquire(deadlineMs).then(
      (permit) => permits.push(permit),
      (error) => errors.push(error),
    );
  return { permits, errors };
}

/** Of those that wait one call goes first; what X answers decides how many go then. */
async function oneGoesFirst(
  { permits }: ReturnType<typeof queueFor>,
  answer: Exchange<unknown>,
  then: number,
) {
  await settle();
  expect(permits).toHaveLength(1);
  permits[0]?.settle(answer);
  await settle();
  expect(permits).toHaveLength(then);
}

/** How many calls the gate would still let go within the next `ms`, before the window's end. */
async function callsLeft(gate: Gate, ms: number): Promise<number> {
  const { permits } = queueFor(gate, 400);
  await clock.advance(ms);
  return permits.length;
}

/** The RetryLater that a call ends with, be it made or not. */
async function turnedAway(gate: Gate, answer: () => Promise<Exchange<never>>): Promise<RetryLater> {
  const error = await callX(gate, clock.now() + FAR, answer).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(RetryLater);
  return error as RetryLater;
}

/** A gate that has learned of a window with so many calls left. */
async function opened(remaining: number, resetInMs = WINDOW, limit = 300) {
  const gate = gateOf();
  await call(gate, ok(remaining, resetInMs, limit));
  return gate;
}

describe('a window that nobody knows', () => {
  it('one call goes first, the others wait for what its headers say', async () => {
    const waiting = queueFor(gateOf(), 40);
    await clock.advance(10 * SECOND);
    await oneGoesFirst(waiting, ok(6, WINDOW, 7), 4);
  });

  it('without headers it counts by itself, up to the assumed limit', async () => {
    const gate = gateOf({ assumedLimit: 8 });
    const { permits } = queueFor(gate, 40);
    await settle();
    permits[0]?.settle(UNTOLD);
    await clock.advance(WINDOW - SECOND);
    expect(permits).toHaveLength(8);
    for (const permit of permits.slice(1)) permit.settle(UNTOLD);
    expect(gate.closure()).toMatchObject({ cause: 'rate-limited' });
    await clock.advance(SECOND);
    expect(permits).toHaveLength(9);
  });

  it('while X is away one call at a time goes, however long, and the gate stays open', async () => {
    const { permits } = queueFor(gateOf({ assumedLimit: 5 }), 40);
    for (let call = 1; call <= 20; call++) {
      await settle();
      expect(permits).toHaveLength(call);
      permits.at(-1)?.settle(AWAY);
    }
    await settle();
    permits.at(-1)?.settle(ok(299));
    await settle();
    expect(permits).toHaveLength(40);
  });

  it('X away in the middle of a window: one call at a time, and afterwards X says what is left', async () => {
    const gate = await opened(250);
    const first = queueFor(gate, 30);
    await settle();
    for (const permit of first.permits) permit.settle(AWAY);
    const then = queueFor(gate, 40);
    await oneGoesFirst(then, ok(249), 40);
    for (const [call, permit] of then.permits.slice(1).entries()) permit.settle(ok(248 - call));
    expect(await callsLeft(gate, WINDOW - SECOND)).toBe(210);
  });
});

describe('the first half of a window is free', () => {
  it('a run of 20 pages on a fresh window is not paced', async () => {
    const gate = gateOf();
    const x = new LimitedX({ clock });
    for (let page = 1; page <= 20; page++) await callX(gate, clock.now(), x.call);
    expect(x.calls).toBe(20);
    expect(clock.pending).toBe(0);
  });

  it('half of the calls go at once, and not one more', async () => {
    const gate = gateOf();
    const x = new LimitedX({ clock });
    for (let page = 1; page <= 400; page++) void callX(gate, clock.now() + FAR, x.call);
    await clock.advance(0);
    expect(x.calls).toBe(150);
  });
});

describe('the second half is paced to the reset', () => {
  it('evenly, and used up just before it', async () => {
    const gate = await opened(150);
    const x = new LimitedX({ clock });
    x.useElsewhere(150);
    for (let page = 1; page <= 400; page++) void callX(gate, clock.now() + FAR, x.call);
    const madeByMinute: number[] = [];
    for (let minute = 1; minute <= 15; minute++) {
      madeByMinute.push(x.calls - 150);
      await clock.advance(MINUTE);
    }
    const steps = madeByMinute.slice(1).map((made, index) => made - (madeByMinute[index] ?? 0));
    for (const step of steps) expect(step).toBeGreaterThanOrEqual(9);
    for (const step of steps) expect(step).toBeLessThanOrEqual(11);
    expect(x.windows[0]).toMatchObject({ served: 300, refused: 0 });
  });

  it('whoever cannot be served by its deadline is told at once, and when to come', async () => {
    const gate = await opened(150);
    const { permits, errors } = queueFor(gate, 20, clock.now() + 31 * SECOND);
    await settle();
    // One call each 5.9 s or so: the first goes now, five more fit into 31 s.
    expect(permits).toHaveLength(1);
    expect(errors).toHaveLength(14);
    expect(errors[0]?.fields).toMatchObject({ endpoint: 'following', cause: 'paced' });
    expect(Date.parse(String(errors[0]?.fields.until))).toBeGreaterThan(clock.now() + 31 * SECOND);
    await clock.advance(31 * SECOND);
    expect(permits).toHaveLength(6);
    expect(errors).toHaveLength(14);
  });

  it('a late backlog catches up within what is left of the window', async () => {
    const gate = await opened(100);
    const x = new LimitedX({ clock });
    x.useElsewhere(200);
    await clock.advance(10 * MINUTE);
    for (let page = 1; page <= 400; page++) void callX(gate, clock.now() + FAR, x.call);
    await clock.advance(5 * MINUTE - SECOND);
    expect(x.windows[0]).toMatchObject({ served: 300, refused: 0 });
  });
});

describe('concurrent handlers', () => {
  it('40 of them send no more calls than X has left, whatever the order of its answers', async () => {
    const gate = await opened(25);
    const { permits } = queueFor(gate, 40);
    await clock.advance(WINDOW - SECOND);
    expect(permits).toHaveLength(25);
    // X answers the last call first.
    for (const [left, permit] of [...permits].reverse().entries()) permit.settle(ok(left, SECOND));
    await settle();
    expect(permits).toHaveLength(25);
    expect(gate.closure()).toMatchObject({ cause: 'rate-limited' });
  });

  it('are served in the order in which they came', async () => {
    const gate = await opened(4, WINDOW, 8);
    const order: number[] = [];
    for (let i = 0; i < 6; i++)
      gate.acquire(clock.now() + FAR).then(
        () => order.push(i),
        () => undefined,
      );
    await clock.advance(WINDOW - SECOND);
    expect(order).toEqual([0, 1, 2, 3]);
  });

  it.each([
    ['and one call is still under way', [3], 2],
    ['and a later answer is from before', [3, 297], 3],
  ])('trust X where somebody else uses the window too, %s', async (_when, remaining, left) => {
    const gate = await opened(299);
    const { permits } = queueFor(gate, 2);
    await settle();
    for (const [call, said] of remaining.entries()) permits[call]?.settle(ok(said));
    expect(await callsLeft(gate, WINDOW - SECOND)).toBe(left);
  });

  it('an answer that speaks of the window before changes nothing in this one', async () => {
    const gate = await opened(299, 10 * SECOND);
    const { permits } = queueFor(gate, 3);
    await settle();
    const refusedThen = { ...ok(0, 10 * SECOND), answer: waitFor('rate-limited', clock.now() + 10 * SECOND) };
    const servedThen = ok(7, 10 * SECOND);
    await clock.advance(11 * SECOND);
    const probe = await gate.acquire(clock.now());
    permits[0]?.settle(servedThen);
    const waiting = queueFor(gate, 5);
    await settle();
    expect(waiting.permits).toHaveLength(0);
    probe.settle(ok(299));
    permits[1]?.settle(servedThen);
    permits[2]?.settle(refusedThen);
    await settle();
    expect(waiting.permits).toHaveLength(5);
    expect(await callsLeft(gate, WINDOW - SECOND)).toBe(294);
  });

  it('a call that outlasted its window, and came back without headers, is counted in the next one', async () => {
    const gate = await opened(299, 10 * SECOND);
    const permit = await gate.acquire(clock.now());
    await clock.advance(11 * SECOND);
    permit.settle(UNTOLD);
    await call(gate, UNTOLD);
    expect(await callsLeft(gate, WINDOW - SECOND)).toBe(298);
  });

  it('a permit counts once', async () => {
    const permit = await gateOf().acquire(clock.now());
    permit.settle(ok(299));
    expect(() => permit.settle(ok(298))).toThrow('settled twice');
  });
});

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
