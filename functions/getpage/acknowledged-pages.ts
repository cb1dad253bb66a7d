import type { Clock } from '../../shared/clock.ts';
import { Memory } from '../../shared/memory.ts';
import type { StoredPage } from '../../shared/plan/chain.ts';
import { MINUTE_MS } from '../../shared/times.ts';

/** Google's own tests wait two minutes for a streamed row; a message that was nacked comes again within ten. */
export const ACKNOWLEDGED_MS = 10 * MINUTE_MS;
/** A few hundred pages at X's limit, of which no friends are kept: some MiB at most. */
const DISPATCHES = 1000;

/**
 * R14: the pages that BigQuery has acknowledged to this instance, of which a query may not know yet. Each is known for
 * ten minutes at least, and longer while others of its dispatch follow.
 */
export class AcknowledgedPages {
  readonly #clock: Clock;
  readonly #known: Memory<{ page: StoredPage; untilMs: number }[]>;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#known = new Memory({ clock, forMs: ACKNOWLEDGED_MS, most: DISPATCHES });
  }

  add(dispatch: string, page: StoredPage): void {
    const now = this.#clock.now();
    const others = (this.#known.get(dispatch) ?? []).filter(({ untilMs }) => now <= untilMs);
    this.#known.keep(dispatch, [...others, { page, untilMs: now + ACKNOWLEDGED_MS }]);
  }

  /** What a query has found, and what it should have. */
  with(dispatch: string, found: StoredPage[]): StoredPage[] {
    const fetchIds = new Set(found.map(({ fetchId }) => fetchId));
    const known = (this.#known.get(dispatch) ?? []).map(({ page }) => page);
    return [...found, ...known.filter(({ fetchId }) => !fetchIds.has(fetchId))];
  }
}
