import { ApiPartialResponseError, ApiRequestError, ApiResponseError } from 'twitter-api-v2';
import type { Clock } from '../../../shared/clock.ts';
import { DeadlineExceeded, withDeadline } from '../../../shared/deadline.ts';
import { WINDOW_MS } from '../../../shared/x/limits.ts';
import { Failure } from '../terminal/errors.ts';
import { minuteOf } from '../terminal/figures.ts';

export interface Patience {
  clock: Clock;
  /** Longest wait for one answer. */
  deadlineMs: number;
  /** Between two tries. */
  pauseMs: number;
  /** Says what is waited for. */
  say(line: string): void;
}

/** X has said no, and will again. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;

  constructor(status: number, words: string) {
    super(words);
    this.status = status;
  }
}

/** No whole answer came. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

const MOST_TRIES = 5;

/**
 * Asks until X answers: through its limit as long as that takes (150 calls in 15 minutes), through what passes a few
 * times. Throws Refused, or Failure where no answer comes.
 */
export async function patiently<T>(
  {
    clock,
    deadlineMs,
    pauseMs,
    say,
    hidden = (text) => text,
  }: Patience & { hidden?: (text: string) => string },
  ask: () => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; ) {
    try {
      return await withDeadline(clock, deadlineMs, 'X', ask);
    } catch (error) {
      const untilMs = limitedUntil(error, clock.now());
      if (untilMs !== undefined) {
        say(`X allows no more calls until ${minuteOf(untilMs)}`);
        await clock.sleep(untilMs - clock.now());
        continue;
      }
      const why = passing(error);
      if (why === undefined) throw error instanceof ApiResponseError ? refused(error, hidden) : error;
      if (tries++ === MOST_TRIES)
        throw new Failure(`X gives no answer (${hidden(why)}). Run it again: it goes on with the same job.`);
      await clock.sleep(pauseMs);
    }
  }
}

/** Undefined: it is not about the rate. */
function limitedUntil(error: unknown, nowMs: number): number | undefined {
  if (!(error instanceof ApiResponseError) || error.code !== 429) return undefined;
  const resetMs = Number(error.headers['x-rate-limit-reset']) * 1000;
  return Math.min(Math.max(Number.isNaN(resetMs) ? 0 : resetMs, nowMs + 1000), nowMs + WINDOW_MS);
}

function passing(error: unknown): string | undefined {
  if (error instanceof DeadlineExceeded || error instanceof NoAnswer) return error.message;
  if (error instanceof ApiPartialResponseError) return 'the connection was cut in mid-answer';
  if (error instanceof ApiRequestError) return 'no connection';
  if (error instanceof ApiResponseError && (error.code >= 500 || error.code === 408))
    return `it answers ${error.code}`;
  return undefined;
}

function refused({ code, data }: ApiResponseError, hidden: (text: string) => string): Refused {
  const { detail, title } = (typeof data === 'object' ? data : {}) as { detail?: string; title?: string };
  return new Refused(code, hidden(`${detail ?? title ?? 'without a word'}`));
}
