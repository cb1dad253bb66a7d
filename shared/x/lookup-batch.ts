import type { Clock } from '../clock.ts';
import { callX, type Gate } from './gate.ts';
import { ACCOUNTS_PER_LOOKUP } from './limits.ts';
import type { LookUpBy, Observation, X } from './types.ts';

export interface LookupBatcher {
  /**
   * Runs what finds out whether a look-up is needed at all. Calls wait for it: those who come at the same moment
   * share one call, though they do not find out at the same moment.
   */
  whileDeciding<T>(by: LookUpBy, decide: () => Promise<T>): Promise<T>;
  /**
   * What X says of one account. Requests that come together share one call. RetryLater where X says wait or the
   * gate gives no turn by `deadlineMs` (ms since 1970).
   */
  lookup(by: LookUpBy, value: string, deadlineMs: number): Promise<Observation>;
}

export interface LookupBatcherOptions {
  x: X;
  gates: Record<LookUpBy, Gate>;
  clock: Clock;
  /** How long the first request waits for company, in milliseconds. */
  gatherMs?: number;
}

interface Batch {
  accounts: Set<string>;
  deadlineMs: number;
  observations: Promise<Map<string, Observation>>;
}

/** A batch takes in requests until its call is made, so that waiting for a turn at the gate fills it as well. */
export function createLookupBatcher({ x, gates, clock, gatherMs = 50 }: LookupBatcherOptions): LookupBatcher {
  const gathering = new Map<LookUpBy, Batch>();
  const deciding = { username: 0, id: 0 };

  function open(by: LookUpBy, deadlineMs: number): Batch {
    const accounts = new Set<string>();
    const batch: Batch = { accounts, deadlineMs, observations: Promise.resolve(new Map()) };
    gathering.set(by, batch);
    batch.observations = gathered(by, batch).then(() => call(by, batch));
    return batch;
  }

  async function gathered(by: LookUpBy, batch: Batch): Promise<void> {
    do await clock.sleep(gatherMs);
    while (deciding[by] > 0 && gathering.get(by) === batch && clock.now() + gatherMs <= batch.deadlineMs);
  }

  async function call(by: LookUpBy, batch: Batch): Promise<Map<string, Observation>> {
    try {
      const { observations } = await callX(gates[by], batch.deadlineMs, () => {
        close(by, batch);
        return x.lookup(by, [...batch.accounts]);
      });
      return new Map(observations.map((observation) => [observation.requested, observation]));
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

    async lookup(by, value, deadlineMs) {
      gates[by].assertOpen();
      const account = value.toLowerCase();
      const batch = gathering.get(by) ?? open(by, deadlineMs);
      batch.accounts.add(account);
      batch.deadlineMs = Math.min(batch.deadlineMs, deadlineMs);
      if (batch.accounts.size === ACCOUNTS_PER_LOOKUP) close(by, batch);
      const observation = (await batch.observations).get(account);
      if (!observation) throw new Error(`X was not asked about ${account}`);
      return observation;
    },
  };
}
