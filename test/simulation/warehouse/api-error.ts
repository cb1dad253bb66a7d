interface Said {
  reason: string;
  message: string;
  location?: string;
}

/** What BigQuery's client throws: https://cloud.google.com/bigquery/docs/error-messages */
export class ApiError extends Error {
  readonly code: number | undefined;
  readonly errors: Said[];

  constructor(code: number | undefined, reason: string, message: string) {
    super(message);
    this.code = code;
    this.errors = [{ reason, message }];
  }
}

/** Of some of what passes BigQuery says 400, as of what it will never take. */
const PASSING = [
  [503, 'backendError'],
  [400, 'jobRateLimitExceeded'],
  [503, 'backendError'],
  [400, 'tableUnavailable'],
] as const;

/** One by one with the time, so that no lot has to be drawn for it. */
export function unavailable(nowMs: number): ApiError {
  const [code, reason] = PASSING[Math.floor(nowMs) % PASSING.length] ?? PASSING[0];
  return new ApiError(code, reason, 'simulated: not now');
}

/** Rows of a streamed request that are refused, by their place in it. None of the request is stored. */
export class PartialFailure extends Error {
  override readonly name = 'PartialFailureError';
  readonly response: { insertErrors: { index: number; errors: Said[] }[] };

  constructor(rows: number, refused: ReadonlyMap<number, Omit<Said, 'reason'>>) {
    super('simulated: a row is refused');
    const insertErrors = Array.from({ length: rows }, (_, index) => {
      const why = refused.get(index);
      const said = why ? { reason: 'invalid', ...why } : { reason: 'stopped', message: '' };
      return { index, errors: [said] };
    });
    this.response = { insertErrors };
  }
}
