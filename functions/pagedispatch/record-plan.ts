import { insertIdOf } from '../../shared/ids.ts';
import type { Counted, Dispatches, DispatchRow, NewPlanning } from '../../shared/warehouse/dispatches.ts';
import { type RefusedRow, storeHalved, type Which } from '../../shared/warehouse/halved.ts';

export interface Recording {
  /** An earlier delivery, or somebody else meanwhile, has recorded some of it, otherwise perhaps: that is to be read. */
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

/**
 * R12: records the rows under ids made of `name`, so that a second try of the same message finds the first. A row that
 * BigQuery refuses goes without what the request gave at will (R11). Throws RetryLater.
 */
export async function recordPlan(
  rows: NewPlanning[],
  name: string,
  counted: Counted,
  { insert }: Pick<Dispatches, 'insert'>,
): Promise<Recording> {
  let isOld = false;
  let recorded = 0;
  const refused = await storeHalved(
    rows,
    async (part, which) => {
      // What is recorded of the rest depends on what others have recorded.
      if (isOld) return [];
      const id = which === 'all' ? name : `${name}_${partOf(part, which)}`;
      for (let attempt = 0; ; attempt++) {
        const insertion = await insert(part, `${id}_${attempt}`, {
          ...counted,
          rows: counted.rows + recorded,
        });
        if (insertion.how === 'failed before') continue;
        if (insertion.how === 'refused') return insertion.reasons;
        if (insertion.how === 'inserted') recorded += part.length;
        else isOld = true;
        return [];
      }
    },
    (row) => ({ ...row, ...WITHOUT_WHAT_WAS_GIVEN }),
  );
  return { isOld, refused };
}

/** The next try may have others to record: the id of a part is that of what is in it. */
const partOf = (rows: NewPlanning[], which: Which) =>
  insertIdOf(`${which}/${rows.map(({ dispatch_id }) => dispatch_id)}`);
