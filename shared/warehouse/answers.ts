import type { Answer } from '../check/carried-over.ts';
import type { AccountStatus } from '../x/types.ts';
import type { WarehouseContext } from './client.ts';
import { quotedDataset, runQuery } from './query.ts';
import { DAYS_TYPES, daysOf } from './timestamps.ts';

/** What X has said for one dispatch. */
export interface SaidFor {
  /** Of friends that it missed. */
  answers: Answer[];
  /** How many friends its parent has, where that was looked up. */
  count: number | null;
}

export interface Answers {
  /** By dispatch id; absent where nothing is stored. `dispatchedAtMs`: the earliest and the latest of them. Throws RetryLater. */
  of(dispatchIds: string[], dispatchedAtMs: { first: number; last: number }): Promise<Map<string, SaidFor>>;
}

/** Newest last. */
export const saidForSql = (dataset: string) => `
SELECT dispatch_id, role, IFNULL(requested_id, id) AS account_id, status, following_count
FROM ${dataset}.account_metadata
WHERE dispatched_at >= @day AND dispatched_at < @next_day
  AND dispatch_id IN UNNEST(@dispatch_ids) AND role IN ('parent', 'vanished_friend')
ORDER BY observed_at`;

export function createAnswers(context: WarehouseContext): Answers {
  return {
    async of(dispatchIds, { first, last }) {
      const said = new Map<string, SaidFor>();
      if (dispatchIds.length === 0) return said;
      const params = { ...daysOf(first, last), dispatch_ids: dispatchIds };
      const types = { ...DAYS_TYPES, dispatch_ids: ['STRING'] };
      const sql = saidForSql(quotedDataset(context.dataset));
      for (const { dispatch_id, role, account_id, status, following_count } of await runQuery(
        context,
        sql,
        params,
        types,
      )) {
        const of = said.get(String(dispatch_id)) ?? { answers: [], count: null };
        said.set(String(dispatch_id), of);
        if (role === 'parent') of.count = following_count === null ? of.count : Number(following_count);
        else of.answers = withAnswer(of.answers, String(account_id), status as AccountStatus);
      }
      return said;
    },
  };
}

/** The newest answer about an account counts; no answer is none. */
function withAnswer(answers: Answer[], id: string, status: AccountStatus): Answer[] {
  if (status === 'unknown') return answers;
  const others = answers.filter((answer) => answer.id !== id);
  return [...others, { id, status: status === 'protected' ? 'active' : status }];
}
