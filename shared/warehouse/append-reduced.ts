import { type Append, append, RowsRefused } from './append.ts';
import type { Row, WarehouseContext } from './client.ts';
import { type RefusedRow, storeHalved } from './halved.ts';

/** A row as it should be stored, and without what is not needed of it, should BigQuery refuse it. */
export interface Reducible {
  insertId: string;
  json: Row;
  core: Row;
}

/** Appends rows, each for itself where BigQuery refuses some (R11). Throws RetryLater. */
export function appendReduced(
  context: WarehouseContext,
  table: string,
  rows: Reducible[],
): Promise<RefusedRow[]> {
  const coreOf = ({ insertId, core }: Reducible) => ({ insertId: `${insertId}/core`, json: core, core });
  return storeHalved(rows, (part) => refusalsOf(context, table, part), coreOf);
}

/** Why BigQuery refuses the rows for their content; empty: they are stored. */
async function refusalsOf(context: WarehouseContext, table: string, rows: Append[]): Promise<string[]> {
  try {
    await append(
      context,
      table,
      rows.map(({ insertId, json }) => ({ insertId, json })),
    );
    return [];
  } catch (error) {
    if (error instanceof RowsRefused) return error.reasons;
    throw error;
  }
}
