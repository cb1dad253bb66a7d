/** The errors that BigQuery answers with here. https://cloud.google.com/bigquery/docs/error-messages */
const STATUS = {
  badRequest: 400,
  invalid: 400,
  invalidQuery: 400,
  resourceInUse: 400,
  accessDenied: 403,
  notFound: 404,
  duplicate: 409,
  internalError: 500,
} as const;

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly reason: keyof typeof STATUS;
  readonly code: number;

  constructor(reason: keyof typeof STATUS, message: string) {
    super(message);
    this.reason = reason;
    this.code = STATUS[reason];
  }
}

/** Whoever asks here has not been told that it is wrong. */
export const MAY_KNOW = ' (BigQuery may know it)';

/** For GoogleSQL, or a type, that BigQuery knows and this stand-in does not. */
export function refuse(construct: string): never {
  throw new ApiError('invalidQuery', `the local warehouse does not translate ${construct}${MAY_KNOW}`);
}
