/**
 * The errors that BigQuery answers with, as far as they happen here.
 * https://cloud.google.com/bigquery/docs/error-messages
 */
const STATUS = {
  invalid: 400,
  invalidQuery: 400,
  resourceInUse: 400,
  accessDenied: 403,
  notFound: 404,
  duplicate: 409,
  requestTooLarge: 413,
  internalError: 500,
} as const;

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly reason: keyof typeof STATUS;
  readonly status: number;

  constructor(reason: keyof typeof STATUS, message: string) {
    super(message);
    this.reason = reason;
    this.status = STATUS[reason];
  }
}

/** For GoogleSQL, or a type, that BigQuery knows and this stand-in does not. */
export function refuse(construct: string): never {
  throw new ApiError('invalidQuery', `the local warehouse does not translate ${construct}`);
}

/** DuckDB's errors are about the query: that it cannot be bound, or that a value does not fit. */
export function asQueryError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError('invalidQuery', error instanceof Error ? error.message : String(error));
}
