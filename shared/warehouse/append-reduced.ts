import { type Append, append, RowsRefused } from './append.ts';
import type { Row, WarehouseContext } from './client.ts';

/** A row as it should be stored, and without what is not needed of it, should BigQuery refuse it. */
export interface Reducible {
  insertId: string;
  json: Row;
  core: Row;
}

/** A row that is not stored, since BigQuery refuses even its core. */
export interface RefusedRow {
  /** Its place among the rows that were given. */
  index: number;
  reasons: string[];
}

/**
 * R11: appends rows together; where BigQuery refuses one for its content, each by itself, so that it keeps no other from
 * being stored. Returns those that cannot be stored at all. Throws RetryLater.
 */
export async function appendReduced(
  context: WarehouseContext,
  table: string,
  rows: Reducible[],
): Promise<RefusedRow[]> {
  const whole = rows.map(({ insertId, json }): Append => ({ insertId, json }));
  if ((await refusalsOf(context, table, whole)).length === 0) return [];
  const refused: RefusedRow[] = [];
  for (const [index, { insertId, json, core }] of rows.entries()) {
    if ((await refusalsOf(context, table, [{ insertId, json }])).length === 0) continue;
    const reasons = await refusalsOf(context, table, [{ insertId: `${insertId}/core`, json: core }]);
    if (reasons.length > 0) refused.push({ index, reasons });
  }
  return refused;
}

/** Why BigQuery refuses the rows for their content; empty: they are stored. */
async function refusalsOf(context: WarehouseContext, table: string, rows: Append[]): Promise<string[]> {
  try {
    await append(context, table, rows);
    return [];
  } catch (error) {
    if (error instanceof RowsRefused) return error.reasons;
    throw error;
  }
}
