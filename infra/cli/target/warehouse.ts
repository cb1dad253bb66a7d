import { systemClock } from '../../../shared/clock.ts';
import type { WarehouseContext } from '../../../shared/warehouse/client.ts';
import { runQuery } from '../../../shared/warehouse/query.ts';
import { type PlainRow, plainRows } from './rows.ts';
import type { Target } from './target.ts';

/** A person waits longer than a function may: a query over the whole history takes its time. */
const DEADLINE_MS = 120_000;

export const warehouseOf = ({ bigquery, config }: Target): WarehouseContext => ({
  bigquery,
  dataset: config.BIGQUERY_DATASET,
  deadlineMs: Math.max(DEADLINE_MS, config.BIGQUERY_DEADLINE_MS),
  clock: systemClock,
});

export type ParamTypes = Record<string, string | string[]>;

/** Runs one of our queries; timestamps among `params` come from `timestampOf`. Throws RetryLater. */
export async function rowsOf(
  target: Target,
  sql: (dataset: string) => string,
  params: Record<string, unknown> = {},
  types: ParamTypes = {},
): Promise<PlainRow[]> {
  return plainRows(await runQuery(warehouseOf(target), sql(target.config.BIGQUERY_DATASET), params, types));
}
