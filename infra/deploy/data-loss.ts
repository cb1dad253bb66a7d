import { DAY_MS } from '../../shared/times.ts';
import {
  changesOf,
  does,
  type Field,
  fieldsOf,
  type PlanJson,
  type ResourceChange,
  textOf,
  type Values,
} from './plan-json.ts';

/** What a plan would delete that no later deploy brings back. */
export interface Loss {
  kind: 'column' | 'data' | 'messages';
  /** For a list. */
  what: string;
  /** Terraform itself would refuse to do it, after it has done other things: the table or dataset is protected. */
  refused?: true;
}

/**
 * Rows of a column, a table, a dataset or a partition, and messages that still wait. BigQuery drops a column in place,
 * whatever `deletion_protection` says of its table, and Terraform shows that as it shows a new description.
 */
export function lossesOf(plan: PlanJson): Loss[] {
  return changesOf(plan).flatMap((change): Loss[] => {
    switch (change.type) {
      case 'google_bigquery_dataset':
        return does(change, 'delete') ? [lossOfDataset(change)] : [];
      case 'google_bigquery_table':
        return does(change, 'delete') ? lossOfTable(change) : lossesInTable(change);
      case 'google_pubsub_subscription':
        return does(change, 'delete') ? [lossOfSubscription(change)] : lossesInSubscription(change);
      default:
        return [];
    }
  });
}

function lossOfDataset({ change: { before } }: ResourceChange): Loss {
  const what = `the dataset ${textOf(before, 'dataset_id')} with everything in it`;
  return { kind: 'data', what, ...(before?.delete_contents_on_destroy !== true && { refused: true }) };
}

/** A view holds no data. */
function lossOfTable({ change: { before } }: ResourceChange): Loss[] {
  if (isView(before)) return [];
  const what = `the table ${textOf(before, 'table_id')} with all its rows`;
  return [{ kind: 'data', what, ...(before?.deletion_protection === true && { refused: true }) }];
}

const isView = (table: Values | null) => Array.isArray(table?.view) && table.view.length > 0;

function lossesInTable({ change: { before, after } }: ResourceChange): Loss[] {
  if (before === null || isView(before)) return [];
  const table = textOf(before, 'table_id');
  const columns = droppedColumns(fieldsOf(before), fieldsOf(after));
  const [was, will] = [expirationMs(before), expirationMs(after)];
  const expired = `the partitions of ${table} that are older than ${will / DAY_MS} days`;
  return [
    ...columns.map(
      (column): Loss => ({ kind: 'column', what: `the column ${table}.${column} with what it holds` }),
    ),
    ...(will < was ? [{ kind: 'data', what: expired } as const] : []),
  ];
}

function lossOfSubscription({ change: { before } }: ResourceChange): Loss {
  return { kind: 'messages', what: `the messages that wait in the subscription ${textOf(before, 'name')}` };
}

/** What waits for longer than it is kept is gone at once. */
function lossesInSubscription({ change: { before, after } }: ResourceChange): Loss[] {
  const [was, will] = [before, after].map((values) => Number.parseInt(textOf(values, KEPT_FOR), 10));
  if (was === undefined || will === undefined || !(will < was)) return [];
  const what = `the messages that wait in the subscription ${textOf(before, 'name')} for more than ${(will * 1000) / DAY_MS} days`;
  return [{ kind: 'messages', what }];
}

/** Such as 2678400s. */
const KEPT_FOR = 'message_retention_duration';

/** With the columns whose type is another one: BigQuery keeps no value over that. */
function droppedColumns(before: Field[], after: Field[], path = ''): string[] {
  return before.flatMap((field) => {
    const kept = after.find(({ name }) => name.toLowerCase() === field.name.toLowerCase());
    if (kept === undefined || typeOf(kept) !== typeOf(field)) return [`${path}${field.name}`];
    return droppedColumns(field.fields ?? [], kept.fields ?? [], `${path}${field.name}.`);
  });
}

/** https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#TableFieldSchema.FIELDS.type */
const SAME_TYPE: Record<string, string> = {
  INT64: 'INTEGER',
  FLOAT64: 'FLOAT',
  BOOL: 'BOOLEAN',
  STRUCT: 'RECORD',
};
const typeOf = ({ type }: Field): string => SAME_TYPE[type] ?? type;

/** Infinite where partitions do not expire. */
function expirationMs(table: Values | null): number {
  const [partitioning] = (table?.time_partitioning ?? []) as { expiration_ms?: number | null }[];
  return partitioning?.expiration_ms || Number.POSITIVE_INFINITY;
}
