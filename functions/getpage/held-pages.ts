import type { Clock } from '../../shared/clock.ts';
import { RetryLater } from '../../shared/errors.ts';
import { Memory } from '../../shared/memory.ts';
import { HOUR_MS } from '../../shared/times.ts';
import type { PageRow } from '../../shared/warehouse/completed-scrapes.ts';

/** More pages than are in flight at once (concurrency 40), fewer than memory could hold (1 MB each). */
const ROWS_HELD = 60;
/** Whose message has not come again by then was probably stored by another instance: it leaves room for others, and a probe
 * does not wait for it. */
const COMES_AGAIN_MS = HOUR_MS;

/** Rows that X was paid for and that are not known to be stored: those in hand, and those whose append failed. */
export class HeldPages {
  readonly #clock: Clock;
  readonly #rows: Memory<PageRow>;
  /** Pages that X is asked for at the moment. */
  #asked = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#rows = new Memory({ clock, forMs: Number.POSITIVE_INFINITY, most: ROWS_HELD });
  }

  /** Pages whose messages may come again. */
  get waiting(): number {
    const now = this.#clock.now();
    const mayComeAgain = ({ completed_at }: PageRow) => now - Date.parse(completed_at) < COMES_AGAIN_MS;
    return this.#rows.values().filter(mayComeAgain).length;
  }

  get(page: string): PageRow | undefined {
    return this.#rows.get(page);
  }

  drop(page: string): void {
    this.#rows.drop(page);
  }

  /**
   * Holds what `fetch` buys. It calls `assertRoom` right before it turns to X: RetryLater where there is no room, since
   * one that is dropped for another would be bought again.
   */
  async hold(page: string, fetch: (assertRoom: () => void) => Promise<PageRow>): Promise<PageRow> {
    let isAsked = false;
    try {
      const row = await fetch(() => {
        if (!isAsked) this.#assertRoom();
        isAsked = true;
      });
      this.#rows.keep(page, row);
      return row;
    } finally {
      if (isAsked) this.#asked--;
    }
  }

  #assertRoom(): void {
    if (this.waiting + this.#asked >= ROWS_HELD)
      throw new RetryLater(`${ROWS_HELD} pages that are paid for wait to be stored`, { gate: 'warehouse' });
    this.#asked++;
  }
}
