import { describe, expect, it } from 'vitest';
import { callX } from '../../../shared/x/gate.ts';
import { settle } from '../../support/driven-clock.ts';
import {
  AWAY,
  call,
  callsLeft,
  clock,
  FAR,
  gateOf,
  MINUTE,
  ok,
  oneGoesFirst,
  opened,
  queueFor,
  SECOND,
  stageGates,
  UNTOLD,
  WINDOW,
} from './gate-stage.ts';
import { LimitedX, waitFor } from './limited-x.ts';

stageGates();

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
