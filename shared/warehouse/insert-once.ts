import type { Job, Query } from '@google-cloud/bigquery';
import { withDeadline } from '../deadline.ts';
import { RetryLater } from '../errors.ts';
import {
  type ApiError,
  isOurFault,
  isRefusedAsAWhole,
  tellRefused,
  type WarehouseContext,
} from './client.ts';

/** What became of rows that were inserted under an id of their own. */
export type Insertion =
  | { how: 'inserted' }
  /** An earlier job of that id has inserted what it was given. */
  | { how: 'inserted before' }
  /** The statement has left out some rows, or all, for what it has found. */
  | { how: 'overtaken' }
  /** An earlier job of that id has come to nothing: another id can be used. */
  | { how: 'failed before' }
  /** BigQuery takes the rows not as they are, or took not what an earlier job of that id had: content, or size. */
  | { how: 'refused'; reasons: string[] };

/** `sql` takes `@rows`: JSON. */
export interface Insert {
  sql: string;
  rows: readonly (object | string)[];
  params: Record<string, unknown>;
  types: Record<string, string | string[]>;
}

/**
 * Inserts rows by a query job whose id is `id`. BigQuery uses an id once, so what is sent twice takes
 * effect once, whenever it arrives (https://cloud.google.com/bigquery/docs/running-jobs#generate-jobid); and what a DML
 * statement has inserted is seen by the next query, which of streamed rows nobody promises.
 * Throws RetryLater where nobody knows what became of it: whoever tries again with this id will.
 */
export async function insertOnce(
  context: WarehouseContext,
  { sql, rows, params, types }: Insert,
  id: string,
): Promise<Insertion> {
  const query = {
    query: sql,
    params: { ...params, rows: jsonParam(rows) },
    types: { ...types, rows: 'STRING' },
    jobId: id,
  };
  try {
    return await withDeadline(context.clock, context.deadlineMs, 'BigQuery', () =>
      insertion(context, query, rows.length),
    );
  } catch (error) {
    const reasons = refusalOf(error as ApiError);
    if (reasons) {
      tellRefused(context, 'dispatches', rows.length, reasons.join('; '));
      return { how: 'refused', reasons };
    }
    throw new RetryLater(`BigQuery did not insert: ${(error as Error).message}`, {
      alert: isOurFault(error),
    });
  }
}

/** A JSON array as a parameter: the client puts the project's id wherever a text says {{projectId}}, also in what people write. */
export const jsonParam = (rows: Insert['rows']): string => JSON.stringify(rows).replaceAll('{{', '\\u007b{');

/** Throws what the client throws, and as that what the job itself has failed with. */
async function insertion(context: WarehouseContext, query: Query, rows: number): Promise<Insertion> {
  const job = await begun(context, query);
  if (job) {
    const end = await endOf(job);
    if (end instanceof Error) throw end;
    return { how: end.inserted === rows ? 'inserted' : 'overtaken' };
  }
  const location = await locationOf(context);
  const earlier = await endOf(context.bigquery.job(query.jobId ?? '', { location }));
  if (!(earlier instanceof Error)) return { how: 'inserted before' };
  if (refusalOf(earlier)) throw earlier;
  return { how: 'failed before' };
}

/** Undefined: there is a job of that id already. */
async function begun({ bigquery }: WarehouseContext, query: Query): Promise<Job | undefined> {
  try {
    const [job] = await bigquery.createQueryJob(query);
    return job;
  } catch (error) {
    if ((error as ApiError).code === 409) return undefined;
    throw error;
  }
}

/** Waits until the job is over; returns what it has failed with, or how many rows it has inserted. */
async function endOf(job: Job): Promise<ApiError | { inserted: number }> {
  try {
    const results = await job.getQueryResults({ autoPaginate: false, maxResults: 1 });
    const response = results.at(2) as { numDmlAffectedRows?: string } | undefined;
    return { inserted: Number(response?.numDmlAffectedRows) };
  } catch (error) {
    const [{ status, statistics }] = await job.getMetadata();
    if (status?.state !== 'DONE') throw error;
    const { errorResult } = status;
    if (errorResult) return Object.assign(new Error(errorResult.message), { errors: [errorResult] });
    return { inserted: Number(statistics?.query?.numDmlAffectedRows) };
  }
}

/** A job is found where its dataset is: https://cloud.google.com/bigquery/docs/locations#specify_locations */
async function locationOf({ bigquery, dataset }: WarehouseContext): Promise<string> {
  const [{ location }] = await bigquery.dataset(dataset).getMetadata();
  return location;
}

const OF_CONTENT = ['invalid', 'invalidQuery', 'badRequest', 'requestTooLarge'];
/** BigQuery learns of a new column minutes after the deployment that needs it: that is no content, and waiting helps. */
const OF_COLUMNS = /unrecognized name|is not present in table/i;

function refusalOf(error: ApiError): string[] | undefined {
  const { errors = [], message } = error;
  const isOfContent = errors.some(({ reason }) => OF_CONTENT.includes(reason ?? ''));
  if (!isRefusedAsAWhole(error) && !isOfContent) return undefined;
  const said = errors.flatMap((error) => error.message ?? []);
  if (said.some((text) => OF_COLUMNS.test(text))) return undefined;
  return said.length > 0 ? said : [message];
}
