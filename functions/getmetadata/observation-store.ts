import type { Clock } from '../../shared/clock.ts';
import { Memory } from '../../shared/memory.ts';
import { createOneAtATime } from '../../shared/one-at-a-time.ts';
import { MINUTE_MS } from '../../shared/times.ts';
import type { AccountMetadata, MetadataKey, MetadataRow } from '../../shared/warehouse/account-metadata.ts';
import type { RefusedRow } from '../../shared/warehouse/halved.ts';

/**
 * What is observed of accounts, for which dispatch and in which role: what is stored of it, and what this instance knows
 * besides (R14): which are in hand, and what it has just stored. The warehouse stays the truth.
 */
export interface ObservationStore {
  /** Runs `work` unless another request for this account of the dispatch is at it: then RetryLater, at once. */
  oneAtATime<T>(key: MetadataKey, work: () => Promise<T>): Promise<T>;
  /** Throws RetryLater. */
  has(key: MetadataKey): Promise<boolean>;
  /** Returns why BigQuery refuses to store it; undefined: it is stored. Throws RetryLater. */
  store(key: MetadataKey, row: MetadataRow): Promise<RefusedRow | undefined>;
}

/** As long as a message that was nacked meanwhile may wait: the longest back-off of Pub/Sub. */
const KNOWN_MS = 10 * MINUTE_MS;
const ACCOUNTS_KNOWN = 10_000;

export function createObservationStore(metadata: AccountMetadata, clock: Clock): ObservationStore {
  const oneAtATime = createOneAtATime('another request for this account is being handled');
  const known = new Memory<true>({ clock, forMs: KNOWN_MS, most: ACCOUNTS_KNOWN });
  const nameOf = ({ dispatchId, role, by, value }: MetadataKey) => `${dispatchId}/${role}/${by}/${value}`;
  return {
    oneAtATime: (key, work) => oneAtATime(nameOf(key), work),
    has: async (key) => known.get(nameOf(key)) ?? metadata.has(key),
    async store(key, row) {
      const [refused] = await metadata.append([row]);
      if (!refused) known.keep(nameOf(key), true);
      return refused;
    },
  };
}
