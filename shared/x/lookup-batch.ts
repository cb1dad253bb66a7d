import type { Clock } from '../clock.ts';
import type { StopGuard } from '../stop-guard.ts';
import type { Gate } from './gate.ts';
import { ACCOUNTS_PER_LOOKUP } from './limits.ts';
import { type LookedUp, lookUp } from './look-up.ts';
import type { Refusals } from './refusals.ts';
import type { LookUpBy, Observation, X } from './types.ts';

export interface LookupBatcher {
  /**
   * Runs what finds out whether a look-up is needed at all. Calls wait for it: those who come at the same moment
   * share one call, though they do not find out at the same moment.
   */
  whileDeciding<T>(by: LookUpBy, decide: () => Promise<T>): Promise<T>;
  /**
   * What X says of one account. Requests that come together share one call, and none keeps another from its answer
   * (R11). `isOverdue`: it is given up where X does not answer it alone. RetryLater where X says wait, the gate gives
   * no turn by `deadlineMs` (ms since 1970), or a run is stopped whose request shares the call.
   */
  lookup(
    by: LookUpBy,
    value: string,
    asking: { runId: string; deadlineMs: number; isOverdue: boolean },
  ): Promise<Observation>;
}

export interface LookupBatcherOptions {
  x: X;
  gates: Record<LookUpBy, Gate>;
  refusals: Refusals;
  stops: Pick<StopGuard, 'assertMayBuy' | 'whileWaiting'>;
  clock: Clock;
  /** How long the first request waits for company, in milliseconds. */
  gatherMs?: number;
}

interface Batch {
  accounts: Set<string>;
  overdue: Set<string>;
  runIds: Set<string>;
  deadlineMs: number;
  answer: Promise<LookedUp>;
}

/** A batch takes in requests until its call is made, so that waiting for a turn at the gate fills it as well. */
export function createLookupBatcher(options: LookupBatcherOptions): LookupBatcher {
  const { x, gates, refusals, stops, clock, gatherMs = 50 } = options;
  const gathering = new Map<LookUpBy, Batch>();
  const deciding = { username: 0, id: 0 };

  function open(by: LookUpBy, deadlineMs: number): Batch {
    const nothing = Promise.resolve({ observations: [], waits: null });
    const batch: Batch = {
      ...{ accounts: new Set(), overdue: new Set(), runIds: new Set() },
      ...{ deadlineMs, answer: nothing },
    };
    gathering.set(by, batch);
    batch.answer = gathered(by, batch).then(() => call(by, batch));
    return batch;
  }

  async function gathered(by: LookUpBy, batch: Batch): Promise<void> {
    do await clock.sleep(gatherMs);
    while (deciding[by] > 0 && gathering.get(by) === batch && clock.now() + gatherMs <= batch.deadlineMs);
  }

  async function call(by: LookUpBy, batch: Batch): Promise<LookedUp> {
    const { accounts, overdue, runIds, deadlineMs } = batch;
    const isOverdue = (account: string) => overdue.has(account);
    const assertMayBuy = () => {
      for (const runId of runIds) stops.assertMayBuy(runId);
    };
    try {
      const how = { x, assertMayBuy, gate: gates[by], by, refusals, deadlineMs, isOverdue };
      const taken = () => {
        close(by, batch);
        return [...accounts];
      };
      return await stops.whileWaiting(() => lookUp(how, taken));
    } finally {
      close(by, batch);
    }
  }

  function close(by: LookUpBy, batch: Batch): void {
    if (gathering.get(by) === batch) gathering.delete(by);
  }

  return {
    async whileDeciding(by, decide) {
      deciding[by]++;
      try {
        return await decide();
      } finally {
        deciding[by]--;
      }
    },

    async lookup(by, value, { runId, deadlineMs, isOverdue }) {
      gates[by].assertOpen();
      const account = value.toLowerCase();
      const batch = gathering.get(by) ?? open(by, deadlineMs);
      batch.accounts.add(account);
      batch.runIds.add(runId);
      if (isOverdue) batch.overdue.add(account);
      batch.deadlineMs = Math.min(batch.deadlineMs, deadlineMs);
      if (batch.accounts.size === ACCOUNTS_PER_LOOKUP) close(by, batch);
      const { observations, waits } = await batch.answer;
      const observation = observations.find(({ requested }) => requested === account);
      if (observation) return observation;
      throw waits ?? new Error(`X was not asked about ${account}`);
    },
  };
}
