import { BigQuery } from '@google-cloud/bigquery';
import { PassThroughClient } from 'google-auth-library';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Log } from '../log.ts';

/** What every table needs to be asked and appended to. */
export interface WarehouseContext {
  bigquery: BigQuery;
  dataset: string;
  deadlineMs: number;
  clock: Clock;
  /** Of a service; a command tells what went wrong itself. */
  log?: Pick<Log, 'error'>;
}

export type Row = Record<string, unknown>;

/** The tables of the configured dataset, over a client of its own. */
export const connectWarehouse = (config: Config, clock: Clock, log?: Log): WarehouseContext => ({
  bigquery: createBigQuery(config),
  dataset: config.BIGQUERY_DATASET,
  deadlineMs: config.BIGQUERY_DEADLINE_MS,
  clock,
  ...(log && { log }),
});

/**
 * The real client. Without its own retries: appends are tried again by us with the same insertId, and reads
 * come again with their message. A stand-in gets no credentials, not even the machine's own.
 */
export function createBigQuery(
  config: Pick<Config, 'GOOGLE_CLOUD_PROJECT' | 'BIGQUERY_EMULATOR_HOST'>,
): BigQuery {
  const options = { projectId: config.GOOGLE_CLOUD_PROJECT, autoRetry: false };
  const standIn = config.BIGQUERY_EMULATOR_HOST;
  if (standIn === '') return new BigQuery(options);
  const client = new BigQuery({ ...options, apiEndpoint: standIn, authClient: new PassThroughClient() });
  // The client itself prefers the environment, which may name another emulator than the stack that is up has.
  client.baseUrl = standIn;
  return client;
}

/** What the client throws: https://cloud.google.com/bigquery/docs/error-messages */
export interface ApiError extends Error {
  code?: number;
  errors?: { reason?: string; message?: string }[];
}

/** Of these the page above has 400 too, and they say nothing of the request: they pass. */
const PASSING = [
  ...['backendError', 'internalError', 'jobBackendError', 'jobInternalError', 'tableUnavailable', 'timeout'],
  ...['jobRateLimitExceeded', 'rateLimitExceeded', 'quotaExceeded', 'resourcesExceeded'],
];

function isOf(codes: number[], error: unknown): boolean {
  const { code = 0, errors = [] } = error as ApiError;
  return codes.includes(code) && !errors.some(({ reason = '' }) => PASSING.includes(reason));
}

/** Waiting will not help by itself, so somebody should look. */
export const isOurFault = (error: unknown): boolean => isOf([400, 403, 404, 413], error);

/** R16: the request is refused as it is, for its content or its size. */
export const isRefusedAsAWhole = (error: unknown): boolean => isOf([400, 413], error);

/** R11, R16: it goes in parts, until what is at fault stands alone; but Dodo makes no such requests, so somebody looks. */
export function tellRefused({ log }: WarehouseContext, table: string, rows: number, detail: string): void {
  log?.error({ table, rows, detail, alert: true }, 'BigQuery refuses a request as a whole');
}
