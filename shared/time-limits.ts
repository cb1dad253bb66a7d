import { ConfigError } from './errors.ts';
import limits from './time-limits.json' with { type: 'json' };

/** The settings that say how long a call, or a message, may take. */
interface Deadlines {
  HANDLER_DEADLINE_MS: number;
  X_DEADLINE_MS: number;
  BIGQUERY_DEADLINE_MS: number;
  PUBSUB_DEADLINE_MS: number;
}

/** R23: the 31 days that a message may wait, and the day that a partition is long. */
export const OUTLASTED_DAYS = 32;

/**
 * When a function is ended (https://cloud.google.com/functions/docs/configuring/timeout), which is before its message
 * is delivered again: beyond that it would be handled twice at the same time. Terraform sets both.
 */
export const TIME_OUT_MS = limits.functionSeconds * 1000;

/** The pauses before an append is tried again. */
export const APPEND_PAUSES_MS = [500, 2000];

/** The longest that one append takes, with every repetition. */
const appendMs = (deadlineMs: number): number =>
  APPEND_PAUSES_MS.reduce((sum, pauseMs) => sum + pauseMs + deadlineMs, deadlineMs);

/** The longest that one publish takes: the client's own deadline, and ours should the client not keep that. */
export const publishMs = (deadlineMs: number): number => deadlineMs + 1000;

/** The longest from the turn at X to everything stored: X's answer, and two appends. */
export const storingMs = ({ X_DEADLINE_MS, BIGQUERY_DEADLINE_MS }: Deadlines): number =>
  X_DEADLINE_MS + 2 * appendMs(BIGQUERY_DEADLINE_MS);

/** Throws ConfigError where the deadlines let a message take longer than its function may. */
export function checkTime(deadlines: Deadlines): void {
  const { HANDLER_DEADLINE_MS, PUBSUB_DEADLINE_MS, BIGQUERY_DEADLINE_MS } = deadlines;
  // What is begun last is a publish, or that a message is recorded as rejected.
  const lastMs = Math.max(publishMs(PUBSUB_DEADLINE_MS), appendMs(BIGQUERY_DEADLINE_MS));
  const longestMs = HANDLER_DEADLINE_MS + storingMs(deadlines) + lastMs;
  if (longestMs > TIME_OUT_MS)
    throw new ConfigError(
      `HANDLER_DEADLINE_MS, X_DEADLINE_MS, BIGQUERY_DEADLINE_MS and PUBSUB_DEADLINE_MS let one message take ${longestMs} ms, but a function is ended after ${TIME_OUT_MS} ms.`,
    );
}
