import type { WarehouseContext } from './client.ts';
import { quotedDataset, runQuery } from './query.ts';
import { millis } from './timestamps.ts';

/** What an operator has said of a run, or of all: columns as in infra/bigquery/tables/stops.json. */
export interface Stop {
  /** Null: of all. */
  runId: string | null;
  isStopped: boolean;
  /** In ms since 1970, by the clock of who said so. */
  atMs: number;
  reason: string | null;
}

export interface Stops {
  /** The newest word of each run, and of all. Throws RetryLater. */
  newest(): Promise<Stop[]>;
}

export const stopsSql = (dataset: string) => `
SELECT run_id, is_stopped, said_at, reason
FROM ${dataset}.stops
QUALIFY ROW_NUMBER() OVER (PARTITION BY run_id ORDER BY said_at DESC) = 1`;

export function createStops(context: WarehouseContext): Stops {
  return {
    async newest() {
      const rows = await runQuery(context, stopsSql(quotedDataset(context.dataset)), {}, {});
      return rows.map(({ run_id, is_stopped, said_at, reason }) => ({
        runId: run_id as string | null,
        isStopped: is_stopped as boolean,
        atMs: millis(said_at),
        reason: reason as string | null,
      }));
    },
  };
}
