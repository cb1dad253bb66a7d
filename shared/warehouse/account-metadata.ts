import type { LookedUpRole } from '../messages/metadata-request.ts';
import type { Account, AccountStatus, LookUpBy, Problem } from '../x/types.ts';
import { appendReduced } from './append-reduced.ts';
import type { WarehouseContext } from './client.ts';
import type { RefusedRow } from './halved.ts';
import { problemsColumn } from './problems-column.ts';
import { quotedDataset, runQuery } from './query.ts';
import { DAYS_TYPES, daysOf } from './timestamps.ts';

export type Role = 'parent' | LookedUpRole;

/** A row of `account_metadata`; columns as in infra/bigquery/tables/account_metadata.json. */
export interface MetadataRow extends Partial<Account> {
  run_id: string;
  job: string;
  dispatch_id: string;
  role: Role;
  requested_username: string | null;
  requested_id: string | null;
  status: AccountStatus;
  requested_fields: readonly string[];
  reason: string | null;
  problems: Problem[];
  cost_usd: number;
  message_id: string;
  dispatched_at: string;
  observed_at: string;
}

export interface MetadataKey {
  dispatchId: string;
  dispatchedAtMs: number;
  role: LookedUpRole;
  by: LookUpBy;
  value: string;
}

export interface AccountMetadata {
  /** Whether this account has been observed for this dispatch in this role. Throws RetryLater. */
  has(key: MetadataKey): Promise<boolean>;
  /** Returns what BigQuery refuses to store. Throws RetryLater. */
  append(rows: MetadataRow[]): Promise<RefusedRow[]>;
}

/** R23: of one partition and one dispatch. */
export const metadataOfDispatchSql = (dataset: string) => `
SELECT 1 AS observed
FROM ${dataset}.account_metadata
WHERE dispatched_at >= @day AND dispatched_at < @next_day
  AND dispatch_id = @dispatch_id AND role = @role
  AND (requested_id = @id OR requested_username = @username)
LIMIT 1`;

export function createAccountMetadata(context: WarehouseContext): AccountMetadata {
  return {
    async has({ dispatchId, dispatchedAtMs, role, by, value }) {
      const params = {
        ...daysOf(dispatchedAtMs, dispatchedAtMs),
        dispatch_id: dispatchId,
        role,
        id: by === 'id' ? value : null,
        username: by === 'username' ? value : null,
      };
      const strings = { dispatch_id: 'STRING', role: 'STRING', id: 'STRING', username: 'STRING' };
      const types = { ...DAYS_TYPES, ...strings };
      return (
        (await runQuery(context, metadataOfDispatchSql(quotedDataset(context.dataset)), params, types))
          .length > 0
      );
    },

    append: (rows) =>
      appendReduced(
        context,
        'account_metadata',
        rows.map((row) => ({
          insertId: `${row.dispatch_id}/${row.role}/${row.requested_id ?? row.requested_username}/${row.observed_at}`,
          json: { ...row, problems: problemsColumn(row.problems) },
          core: { ...coreOf(row), problems: problemsColumn([...row.problems, REDUCED]) },
        })),
      ),
  };
}

const REDUCED: Problem = {
  source: 'bigquery',
  title: 'row refused',
  detail: 'stored without what is optional',
};

/** What was asked for, what became of it and what it cost; of the account only who it is. */
function coreOf({ id, username, ...row }: MetadataRow) {
  const { run_id, job, dispatch_id, role, requested_username, requested_id, status } = row;
  const { requested_fields, cost_usd, message_id, dispatched_at, observed_at } = row;
  return {
    ...{ run_id, job, dispatch_id, role, requested_username, requested_id, status, requested_fields },
    ...{ cost_usd, message_id, dispatched_at, observed_at },
    ...(id !== undefined && { id, username }),
  };
}
