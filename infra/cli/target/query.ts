import { withDeadline } from '../../../shared/deadline.ts';
import type { WarehouseContext } from '../../../shared/warehouse/client.ts';
import { notAnswered, quotedDataset } from '../../../shared/warehouse/query.ts';
import { timestampOf } from '../../../shared/warehouse/timestamps.ts';
import { meantBy } from '../schema/meant.ts';
import { Failure } from '../terminal/errors.ts';
import { type PlainRow, plainRows } from './rows.ts';
import type { Target } from './target.ts';

/** A parameter of a query. Its BigQuery type is said, since null and an empty list have none. */
interface Param {
  type: string | [string];
  value: unknown;
}
export type Params = Record<string, Param>;

export const text = (value: string | null): Param => ({ type: 'STRING', value });
export const texts = (value: string[]): Param => ({ type: ['STRING'], value });
/** A TIMESTAMP, of milliseconds since 1970. */
export const time = (ms: number): Param => ({ type: 'TIMESTAMP', value: timestampOf(ms) });

/** A person waits longer than a function may: a query over the whole history takes its time. */
export const OURS_MS = 120_000;
/** As long as BigQuery itself may think: of a question of an analyst, or a change of many rows. */
export const LONGEST_MS = 600_000;

/** Asks one of our queries, or runs one of our statements. Throws RetryLater. */
export async function rowsOf<Row = PlainRow>(
  target: Target,
  sql: (dataset: string) => string,
  params: Params = {},
  deadlineMs = warehouseOf(target).deadlineMs,
): Promise<Row[]> {
  const query = { query: sql(quotedDataset(target.config.BIGQUERY_DATASET)), ...named(params) };
  const rows = await answered(target, query, deadlineMs).catch((error: Error) => {
    throw notAnswered(error);
  });
  return rows as Row[];
}

/** Asks what an analyst asks; unqualified names mean our dataset. Throws Failure. */
export function rowsOfAnalyst(target: Target, query: string): Promise<PlainRow[]> {
  const { BIGQUERY_DATASET: datasetId, GOOGLE_CLOUD_PROJECT: projectId } = target.config;
  const defaultDataset = { datasetId, projectId };
  return answered(target, { query, defaultDataset }, LONGEST_MS).catch(failed(target, query));
}

/** The message may end without a full stop. */
const failed =
  (target: Target, query: string) =>
  ({ message }: Error): never => {
    const meant = meantBy(message, query, target);
    throw new Failure(
      `the query failed: ${meant === '' ? message : `${message.replace(/\.$/, '')}. ${meant}`}`,
    );
  };

export interface Statement {
  /** SELECT, DELETE, SCRIPT … */
  type: string;
  /** Of what it would return; only the top ones of a record. */
  columns: string[];
}

/**
 * What BigQuery takes it for, which runs nothing. Throws Failure.
 * https://cloud.google.com/bigquery/docs/reference/rest/v2/Job#JobStatistics2
 */
export async function statementOf(target: Target, query: string): Promise<Statement> {
  const { BIGQUERY_DATASET: datasetId, GOOGLE_CLOUD_PROJECT: projectId } = target.config;
  const dry = { query, defaultDataset: { datasetId, projectId }, dryRun: true };
  const [job] = await withDeadline(target.clock, OURS_MS, 'BigQuery', () =>
    target.bigquery.createQueryJob(dry),
  ).catch(failed(target, query));
  const { statementType, schema } = job.metadata?.statistics?.query ?? {};
  return {
    type: statementType ?? 'unknown',
    columns: (schema?.fields ?? []).flatMap(({ name }: { name?: string }) => name ?? []),
  };
}

async function answered(
  { bigquery, clock }: Target,
  query: Parameters<Target['bigquery']['query']>[0],
  deadlineMs: number,
): Promise<PlainRow[]> {
  const [rows] = await withDeadline(clock, deadlineMs, 'BigQuery', () => bigquery.query(query));
  return plainRows(rows);
}

/** As the client takes them. */
export const named = (params: Params) => ({
  params: Object.fromEntries(Object.entries(params).map(([name, { value }]) => [name, value])),
  types: Object.fromEntries(Object.entries(params).map(([name, { type }]) => [name, type])),
});

/** For what the services' own code asks and appends. */
export const warehouseOf = ({ bigquery, config, clock }: Target): WarehouseContext => ({
  bigquery,
  dataset: config.BIGQUERY_DATASET,
  deadlineMs: Math.max(OURS_MS, config.BIGQUERY_DEADLINE_MS),
  clock,
});
