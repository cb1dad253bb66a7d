/** A row that is not stored, since BigQuery refuses even its core. */
export interface RefusedRow {
  /** Its place among the rows that were given. */
  index: number;
  reasons: string[];
}

/** What is stored together: all that was given, some of it, or the core of one row. */
export type Which = 'all' | 'some' | 'core';

/**
 * R11: stores rows together. What BigQuery refuses together is halved until a row stands alone, which is then stored
 * without what is not needed of it (`coreOf`): so none keeps another from being stored. Returns those that cannot be
 * stored at all. `store` returns why BigQuery refuses the rows, or nothing where they are stored.
 */
export async function storeHalved<R>(
  rows: R[],
  store: (rows: R[], which: Which) => Promise<string[]>,
  coreOf: (row: R) => R,
): Promise<RefusedRow[]> {
  async function from(start: number, part: R[], which: Which): Promise<RefusedRow[]> {
    const [first] = part;
    if (!first || (await store(part, which)).length === 0) return [];
    if (part.length > 1) {
      const half = Math.ceil(part.length / 2);
      const refused = await from(start, part.slice(0, half), 'some');
      return [...refused, ...(await from(start + half, part.slice(half), 'some'))];
    }
    const reasons = await store([coreOf(first)], 'core');
    return reasons.length > 0 ? [{ index: start, reasons }] : [];
  }
  return from(0, rows, 'all');
}
