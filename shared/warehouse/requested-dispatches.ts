import type { WarehouseContext } from './client.ts';
import { type Insertion, insertOnce } from './insert-once.ts';
import { quotedDataset } from './query.ts';
import { DAYS_TYPES, daysOf, timestampOf } from './timestamps.ts';

/** What a message asks of a run. */
export interface RequestedRun {
  runId: string;
  job: string;
  /** ISO 8601. */
  dispatchedAt: string;
  messageId: string;
  /** In milliseconds since 1970. */
  nowMs: number;
  /** One for each parent. */
  dispatchIds: string[];
}

export interface RequestedDispatches {
  /**
   * Records the parents of a run that are not recorded yet, under an id of their own: so each is there once, however
   * often it is asked for. `overtaken`: some were recorded before. Throws RetryLater.
   */
  insert(run: RequestedRun, id: string): Promise<Insertion>;
}

/** Takes `@rows` STRING: a JSON array of dispatch ids. */
export const insertRequestedSql = (dataset: string) => `
INSERT INTO ${dataset}.requested_dispatches (run_id, job, dispatch_id, dispatched_at, requested_at, message_id)
SELECT @run_id, @job, JSON_VALUE(requested, '$'), @dispatched_at, @requested_at, @message_id
FROM UNNEST(JSON_QUERY_ARRAY(@rows)) AS requested
LEFT JOIN (
  SELECT DISTINCT dispatch_id
  FROM ${dataset}.requested_dispatches
  WHERE dispatched_at >= @day AND dispatched_at < @next_day AND run_id = @run_id
) AS recorded ON recorded.dispatch_id = JSON_VALUE(requested, '$')
WHERE recorded.dispatch_id IS NULL`;

const TYPES = {
  ...DAYS_TYPES,
  ...{ run_id: 'STRING', job: 'STRING', message_id: 'STRING' },
  ...{ dispatched_at: 'TIMESTAMP', requested_at: 'TIMESTAMP' },
};

export function createRequestedDispatches(context: WarehouseContext): RequestedDispatches {
  const sql = insertRequestedSql(quotedDataset(context.dataset));
  return {
    insert({ runId, job, dispatchedAt, messageId, nowMs, dispatchIds }, id) {
      const dispatchedAtMs = Date.parse(dispatchedAt);
      const params = {
        ...daysOf(dispatchedAtMs, dispatchedAtMs),
        ...{ run_id: runId, job, message_id: messageId },
        ...{ dispatched_at: timestampOf(dispatchedAtMs), requested_at: timestampOf(nowMs) },
      };
      return insertOnce(context, { sql, rows: dispatchIds, params, types: TYPES }, id);
    },
  };
}
