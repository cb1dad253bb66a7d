import type { Clock } from '../clock.ts';
import { Memory } from '../memory.ts';
import { MINUTE_MS } from '../times.ts';
import { type Append, RowsRefused } from './append.ts';

/**
 * Appends one row. Throws RowsRefused for this row's content or size, or what its request threw: then it may be stored.
 * A row that is given again while it waits, while its request is under way, or when it is stored, is sent once: who gave
 * up waiting for the requests of others, and comes again, does not know which.
 */
export type InsertRow = (row: Append, size: number) => Promise<void>;

/** A message that was nacked comes again within ten minutes. */
const KNOWN_MS = 10 * MINUTE_MS;
/** Ids alone: a few hundred kB. */
const MOST_KNOWN = 1000;

interface Waiting {
  row: Append;
  size: number;
  stored(): void;
  failed(error: unknown): void;
}

/**
 * Rows that become ready while a request is under way share the next one: nobody waits for company, and under load
 * one request carries many rows. BigQuery stores all rows of a request or none (R16): a row that it refuses is left out,
 * and the others, of which nothing is wrong, are sent again without it; a request that it refuses as a whole is halved
 * until a row stands alone. `most` bounds the sizes in one request together; a row that is larger goes alone.
 */
export function createSharedInsert(
  request: (rows: Append[]) => Promise<void>,
  most: number,
  clock: Clock,
): InsertRow {
  const waiting: Waiting[] = [];
  const pending = new Map<string, Promise<void>>();
  const stored = new Memory<Promise<void>>({ clock, forMs: KNOWN_MS, most: MOST_KNOWN });
  let isBusy = false;

  function take(): Waiting[] {
    let [count, sizes] = [0, 0];
    for (const { size } of waiting) {
      sizes += size;
      if (count > 0 && sizes > most) break;
      count++;
    }
    return waiting.splice(0, count);
  }

  async function send(batch: Waiting[]): Promise<void> {
    try {
      await request(batch.map(({ row }) => row));
      for (const each of batch) each.stored();
    } catch (error) {
      if (!(error instanceof RowsRefused)) for (const each of batch) each.failed(error);
      else if (error.isWhole && batch.length > 1) await sendHalves(batch);
      else waiting.unshift(...batch.filter((each, place) => !isRefused(each, error.ofRow(place))));
    }
  }

  async function sendHalves(batch: Waiting[]): Promise<void> {
    const half = Math.ceil(batch.length / 2);
    await send(batch.slice(0, half));
    await send(batch.slice(half));
  }

  async function drain(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    while (waiting.length > 0) await send(take());
    isBusy = false;
  }

  return (row, size) => {
    const known = pending.get(row.insertId) ?? stored.get(row.insertId);
    if (known) return known;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const settle = (end: () => void) => {
      pending.delete(row.insertId);
      end();
    };
    pending.set(row.insertId, promise);
    waiting.push({
      row,
      size,
      stored: () => {
        stored.keep(row.insertId, promise);
        settle(resolve);
      },
      failed: (error) => settle(() => reject(error)),
    });
    void drain();
    return promise;
  };
}

function isRefused(each: Waiting, why: RowsRefused | undefined): boolean {
  if (why) each.failed(why);
  return why !== undefined;
}
