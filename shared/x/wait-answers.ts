import { DAY_MS, HOUR_MS } from '../times.ts';
import { cut } from './json.ts';
import { WINDOW_MS } from './limits.ts';
import { wordsOf } from './problem.ts';
import { type Reply, resetMsOf } from './reply.ts';
import type { Wait, WaitCause } from './types.ts';

/** A billing cycle is a month; a reset date beyond that is not believed. */
const LONGEST_CYCLE_MS = 32 * DAY_MS;

/** The fault of one call: the gate stays open, the message comes again. */
export function unreachable(reply: Reply): Wait {
  return wait('x-unreachable', reply, null, false);
}

/** Something between us and X refuses us, in words that no part of the API uses: somebody must look at it. */
export function refusedOnTheWay(reply: Reply): Wait {
  return wait('x-unreachable', reply, null, true);
}

/**
 * Until the reset that X names, by our clock. The default is a whole window: where the header is missing, or
 * names a moment that has passed. A clock that is off cannot make it more than two.
 */
export function rateLimited(reply: Reply): Wait {
  const named = resetMsOf(reply.headers);
  const until = named === null || named <= reply.now ? reply.now + WINDOW_MS : named;
  return wait('rate-limited', reply, Math.min(until, reply.now + 2 * WINDOW_MS), false);
}

export function creditsExhausted(reply: Reply): Wait {
  return wait('credits-exhausted', reply, reply.now + HOUR_MS, true);
}

/** A monthly or daily cap: a window's wait does not help. */
export function usageCapped(reply: Reply): Wait {
  return wait('usage-cap', reply, reply.now + HOUR_MS, true);
}

/** Until the UTC date at which the next billing cycle begins; 1 h where X names none, or none to believe. */
export function spendCapped(reply: Reply): Wait {
  const date = reply.problems.map(({ reset_date }) => reset_date).find((each) => typeof each === 'string');
  const named = typeof date === 'string' ? Date.parse(`${date.slice(0, 10)}T00:00:00Z`) : Number.NaN;
  const believed = named > reply.now && named <= reply.now + LONGEST_CYCLE_MS;
  return wait('spend-cap', reply, believed ? named : reply.now + HOUR_MS, true);
}

export function credentialsRefused(reply: Reply): Wait {
  return wait('credentials-refused', reply, reply.now + WINDOW_MS, true);
}

/**
 * X refuses in words that say neither whom nor what of this call it means. It may be the client, X or this one call:
 * nobody calls for a window, and somebody reads the words. Whoever counts such answers knows when to give up.
 */
export function notUnderstood(reply: Reply): Wait {
  const { problems } = reply;
  return { ...wait('not-understood', reply, reply.now + WINDOW_MS, true), problems };
}

/** The same, of one call alone: others need not wait. */
export function callRefused(reply: Reply): Wait {
  return { ...wait('not-understood', reply, null, true), problems: reply.problems };
}

/** A 200 that may have cost money and brought nothing: harmless once. Whoever counts them closes the gate. */
export function unreadable(reply: Reply): Wait {
  return { ...wait('unreadable', reply, null, false), problems: reply.problems };
}

function wait(cause: WaitCause, reply: Reply, closeUntilMs: number | null, alert: boolean): Wait {
  return { kind: 'wait', cause, detail: describe(reply), closeUntilMs, alert };
}

/** For the log: the words of X, or the beginning of whatever came instead. */
export function describe({ status, problems, text }: Reply): string {
  const said = (wordsOf(problems) || text).replace(/\s+/g, ' ').trim();
  const what = cut(said, 500) || 'an empty body';
  return status === null ? what : `HTTP ${status}: ${what}`;
}
