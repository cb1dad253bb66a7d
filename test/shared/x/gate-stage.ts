import { beforeEach, expect } from 'vitest';
import { RetryLater } from '../../../shared/errors.ts';
import { callX, createGate, type Gate, type GateOptions, type Permit } from '../../../shared/x/gate.ts';
import type { Exchange } from '../../../shared/x/types.ts';
import { DrivenClock, settle } from '../../support/driven-clock.ts';
import { waitFor } from './limited-x.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const WINDOW = 15 * MINUTE;
export const FAR = 100 * WINDOW;

export let clock: DrivenClock;
export let logged: { level: string; message: string; fields: Record<string, unknown> }[];
/** To be called at the top of a test file: each test has a clock and a log of its own. */
export const stageGates = () =>
  beforeEach(() => {
    clock = new DrivenClock();
    logged = [];
  });

export const gateOf = (options: Partial<GateOptions> = {}): Gate =>
  createGate({
    endpoint: 'following',
    clock,
    log: {
      info: (fields, message) => logged.push({ level: 'info', message, fields }),
      warn: (fields, message) => logged.push({ level: 'warn', message, fields }),
    },
    ...options,
  });
export const warnings = () => logged.filter(({ level }) => level === 'warn');

/** An answer that leaves `remaining` calls, with the reset `resetInMs` from now. */
export const ok = (remaining: number, resetInMs = WINDOW, limit = 300): Exchange<unknown> => ({
  answer: { kind: 'ok' },
  rate: { limit, remaining, resetMs: clock.now() + resetInMs },
});
/** A good answer without headers. */
export const UNTOLD: Exchange<unknown> = { answer: { kind: 'ok' }, rate: null };
export const AWAY: Exchange<never> = { answer: waitFor('x-unreachable', null), rate: null };
/** Asks for one permit and says how that call went. */
export const call = async (gate: Gate, exchange: Exchange<unknown>) =>
  (await gate.acquire(clock.now())).settle(exchange);

/** Asks for `count` permits at once; those that came are in the list, those turned away among the errors. */
export function queueFor(gate: Gate, count: number, deadlineMs = clock.now() + FAR) {
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
export async function oneGoesFirst(
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
export async function callsLeft(gate: Gate, ms: number): Promise<number> {
  const { permits } = queueFor(gate, 400);
  await clock.advance(ms);
  return permits.length;
}

/** The RetryLater that a call ends with, be it made or not. */
export async function turnedAway(gate: Gate, answer: () => Promise<Exchange<never>>): Promise<RetryLater> {
  const error = await callX(gate, clock.now() + FAR, answer).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(RetryLater);
  return error as RetryLater;
}

/** A gate that has learned of a window with so many calls left. */
export async function opened(remaining: number, resetInMs = WINDOW, limit = 300) {
  const gate = gateOf();
  await call(gate, ok(remaining, resetInMs, limit));
  return gate;
}
