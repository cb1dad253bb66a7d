import { type Append, RowsRefused } from './append.ts';

/** Appends one row. Throws RowsRefused for this row's content, or what its request threw: then it may be stored. */
export type InsertRow = (row: Append, size: number) => Promise<void>;

interface Waiting {
  row: Append;
  size: number;
  stored(): void;
  failed(error: unknown): void;
}

/**
 * Rows that become ready while a request is under way share the next one: nobody waits for company, and under load
 * one request carries many rows. BigQuery stores all rows of a request or none, so a row that it refuses is left
 * out, and the others, of which nothing is wrong, are sent again without it.
 * `most` bounds the sizes in one request together; a row that is larger goes alone.
 */
export function createSharedInsert(request: (rows: Append[]) => Promise<void>, most: number): InsertRow {
  const waiting: Waiting[] = [];
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
      else waiting.unshift(...batch.filter((each, place) => !isRefused(each, error.ofRow(place))));
    }
  }

  async function drain(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    while (waiting.length > 0) await send(take());
    isBusy = false;
  }

  return (row, size) =>
    new Promise((stored, failed) => {
      waiting.push({ row, size, stored, failed });
      void drain();
    });
}

function isRefused(each: Waiting, why: RowsRefused | undefined): boolean {
  if (why) each.failed(why);
  return why !== undefined;
}
