import type { RefusedRow } from '../../shared/warehouse/append-reduced.ts';
import type { Dispatches, DispatchRow } from '../../shared/warehouse/dispatches.ts';

export interface Recording {
  /** An earlier delivery has recorded some of it, otherwise perhaps: what is recorded counts, and is to be read. */
  isOld: boolean;
  /** Rows that cannot be recorded. */
  refused: RefusedRow[];
}

/** What a request may say as it likes, and no plan needs. */
const WITHOUT_WHAT_WAS_GIVEN = {
  origin: null,
  parent_metadata: null,
  grandparent: null,
  grandparent_id: null,
  grandparent_username: null,
  max_cost_usd: null,
} satisfies Partial<DispatchRow>;

type Placed = { row: DispatchRow; index: number };

/**
 * Records the rows under ids made of `name`, so that a second try of the same message finds the first. What BigQuery
 * refuses together is halved until a row stands alone, which then goes without what the request gave at will (R11).
 * Throws RetryLater.
 */
export async function recordPlan(
  rows: DispatchRow[],
  name: string,
  { insert }: Pick<Dispatches, 'insert'>,
): Promise<Recording> {
  const recording: Recording = { isOld: false, refused: [] };

  /** Why BigQuery refuses the rows; empty: they are recorded. */
  async function refusals(part: DispatchRow[], id: string): Promise<string[]> {
    for (let attempt = 0; ; attempt++) {
      const insertion = await insert(part, `${id}_${attempt}`);
      switch (insertion.how) {
        case 'failed before':
          continue;
        case 'refused':
          return insertion.reasons;
        case 'inserted before':
          recording.isOld = true;
          return [];
        case 'inserted':
          return [];
      }
    }
  }

  async function record(part: Placed[], id: string): Promise<void> {
    const [first] = part;
    if (!first) return;
    const refused =
      (
        await refusals(
          part.map(({ row }) => row),
          id,
        )
      ).length > 0;
    if (!refused) return;
    if (part.length > 1) {
      const half = Math.ceil(part.length / 2);
      await record(part.slice(0, half), `${id}a`);
      await record(part.slice(half), `${id}b`);
      return;
    }
    const reasons = await refusals([{ ...first.row, ...WITHOUT_WHAT_WAS_GIVEN }], `${id}c`);
    if (reasons.length > 0) recording.refused.push({ index: first.index, reasons });
  }

  await record(
    rows.map((row, index) => ({ row, index })),
    name,
  );
  return recording;
}
