import { beforeEach, expect, test } from 'vitest';
import { createWarehouseGate, type WarehouseGate } from '../../functions/getpage/warehouse-gate.ts';
import { RetryLater } from '../../shared/errors.ts';
import { DrivenClock } from '../support/driven-clock.ts';

let clock: DrivenClock;
let gate: WarehouseGate;
beforeEach(() => {
  clock = new DrivenClock();
  gate = createWarehouseGate(clock);
});

const passes = (assert: () => void) => {
  try {
    assert();
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(RetryLater);
    return false;
  }
};
const isOpen = () => passes(() => gate.assertOpen());
const mayBuy = (held = 0) => passes(() => gate.assertMayBuy(held));
/** How long no page may be bought, in ms: the pause after the last failure. */
async function pauseMs(): Promise<number> {
  let waited = 0;
  for (; !mayBuy(); waited += 1000) await clock.advance(1000);
  return waited;
}

test('open until an append fails, and open again once one succeeds', () => {
  expect([isOpen(), mayBuy()]).toEqual([true, true]);
  gate.failed();
  expect([isOpen(), mayBuy()]).toEqual([false, false]);
  gate.stored();
  expect([isOpen(), mayBuy()]).toEqual([true, true]);
});

test('it says until when it is closed', () => {
  gate.failed();
  const fields = { gate: 'warehouse', until: new Date(clock.now() + 10_000).toISOString() };
  expect(() => gate.assertOpen()).toThrow(expect.objectContaining({ fields }));
});

test('when the time is up one page is bought, as a probe, and the others wait for what it finds', async () => {
  gate.failed();
  expect(await pauseMs()).toBe(10_000);
  expect([mayBuy(), mayBuy()]).toEqual([false, false]);
  gate.stored();
  expect([mayBuy(), mayBuy()]).toEqual([true, true]);
});

test('when the time is up and bought pages wait, storing them is the probe, and none is bought', async () => {
  gate.failed();
  await clock.advance(10_000);
  expect([isOpen(), isOpen(), mayBuy(1)]).toEqual([true, true, false]);
});

test('a probe that is never heard of again is followed by another', async () => {
  gate.failed();
  await pauseMs();
  expect(await pauseMs()).toBe(10_000);
});

test('pages that fail side by side close it once: the pause grows with each probe that fails, up to ten minutes', async () => {
  for (let page = 0; page < 40; page++) gate.failed();
  const pauses = [];
  for (let probe = 0; probe < 8; probe++) {
    pauses.push((await pauseMs()) / 1000);
    gate.failed();
  }
  expect(pauses).toEqual([10, 20, 40, 80, 160, 320, 600, 600]);
});

test('bought pages that cannot be stored, again side by side, make the pause grow once', async () => {
  gate.failed();
  await clock.advance(10_000);
  for (let page = 0; page < 40; page++) gate.failed();
  expect(await pauseMs()).toBe(20_000);
});

test('after a success the next failure begins with the shortest pause again', async () => {
  gate.failed();
  await pauseMs();
  gate.failed();
  await pauseMs();
  gate.stored();
  gate.failed();
  expect(await pauseMs()).toBe(10_000);
});
