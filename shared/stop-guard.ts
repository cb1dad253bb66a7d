import type { Clock } from './clock.ts';
import { RetryLater } from './errors.ts';
import { MINUTE_MS } from './times.ts';
import { sharedQuestion } from './together.ts';
import type { Stop, Stops } from './warehouse/stops.ts';

/**
 * R30: stands before whatever costs money: nothing is bought for a run that an operator has stopped. An instance believes
 * for a minute what it was told last, and where nobody tells it, it buys nothing.
 */
export interface StopGuard {
  /** What stops this run, if anything does. `anew`: the warehouse is asked in any case. Throws RetryLater. */
  stopOf(runId: string, how?: { anew: boolean }): Promise<Stop | undefined>;
  /** Throws RetryLater where the run is stopped, and where that is not known. */
  assertGoes(runId: string): Promise<void>;
  /** The same at once, right before X is asked, by what is known. */
  assertMayBuy(runId: string): void;
  /** Sees to it that something is known when `work`, which waits for its turn at X, gets there. Also RetryLater. */
  whileWaiting<T>(work: () => Promise<T>): Promise<T>;
  /** When it was told to go on, in ms since 1970; 0: it was never stopped. As far as is known. */
  wentOnMs(runId: string): number;
}

/** So old may be what is believed. */
const BELIEVED_MS = MINUTE_MS;
/** From then on it is asked anew, which may take as long again. */
const FRESH_MS = BELIEVED_MS / 2;

export function createStopGuard(stops: Stops, clock: Clock): StopGuard {
  // Its age is that of the question: what is said while BigQuery thinks is not in the answer.
  let known = { askedMs: Number.NEGATIVE_INFINITY, newest: [] as Stop[] };
  const question = sharedQuestion(async () => {
    const askedMs = clock.now();
    known = { askedMs, newest: await stops.newest() };
  });
  const refresh = question.answer;

  const isOlderThan = (ms: number) => clock.now() - known.askedMs >= ms;
  const wordsOn = (runId: string) =>
    known.newest.filter((stop) => stop.runId === null || stop.runId === runId);

  /** That of all first: it is what has to be undone first. */
  function inForce(runId: string): Stop | undefined {
    if (isOlderThan(BELIEVED_MS)) throw new RetryLater('nobody knows whether the run is stopped', { runId });
    const stopped = wordsOn(runId).filter(({ isStopped }) => isStopped);
    return stopped.find((stop) => stop.runId === null) ?? stopped[0];
  }

  function assertMayBuy(runId: string): void {
    const stop = inForce(runId);
    if (stop) throw stoppedBy(stop);
  }

  /** Where it fails, what is known grows too old, and nothing is bought. */
  async function keepFresh(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(FRESH_MS, signal).catch(() => undefined);
      if (!signal.aborted && isOlderThan(FRESH_MS)) await refresh().catch(() => undefined);
    }
  }

  return {
    async stopOf(runId, { anew } = { anew: false }) {
      if (anew) await question.underWay?.catch(() => undefined);
      if (anew || isOlderThan(FRESH_MS)) await refresh();
      return inForce(runId);
    },

    async assertGoes(runId) {
      if (isOlderThan(FRESH_MS)) await refresh();
      assertMayBuy(runId);
    },

    assertMayBuy,

    async whileWaiting(work) {
      if (isOlderThan(FRESH_MS)) await refresh();
      const over = new AbortController();
      void keepFresh(over.signal);
      try {
        return await work();
      } finally {
        over.abort();
      }
    },

    wentOnMs: (runId) => Math.max(0, ...wordsOn(runId).map(({ isStopped, atMs }) => (isStopped ? 0 : atMs))),
  };
}

/** What a message does whose run is stopped: it comes again. */
export const stoppedBy = ({ runId }: Stop): RetryLater =>
  new RetryLater(runId === null ? 'an operator has stopped everything' : 'an operator has stopped the run', {
    cause: 'stopped',
  });
