/** Fields that say which message, page or gate an error is about; they end up in the log line. */
export type LogFields = Record<string, string | number | boolean | null | undefined>;

/**
 * The message cannot be handled now, and that is expected: throwing it nacks, and Pub/Sub delivers again
 * with back-off. functions-framework prints `error.stack` of whatever is thrown, so the stack is the one
 * line of JSON that Cloud Logging reads
 * (https://github.com/GoogleCloudPlatform/functions-framework-nodejs/blob/main/src/logger.ts).
 */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
  readonly fields: LogFields;

  /** `untilMs`: when trying again makes sense, in milliseconds since 1970; absent where nobody knows. */
  constructor(why: string, fields: LogFields & { untilMs?: number; alert?: boolean } = {}) {
    super(why);
    const { untilMs, alert, ...rest } = fields;
    this.fields = { ...rest, ...(untilMs !== undefined && { until: new Date(untilMs).toISOString() }) };
    const severity = alert ? 'ERROR' : 'INFO';
    this.stack = JSON.stringify({ severity, message: `retry later: ${why}`, ...this.fields, alert });
  }

  /** The same reason, with more said about which message it concerns. */
  with(fields: LogFields): RetryLater {
    const again = new RetryLater(this.message);
    Object.assign(again.fields, fields, this.fields);
    again.stack = JSON.stringify({ ...JSON.parse(this.stack ?? '{}'), ...again.fields });
    return again;
  }
}

/** The message can never be used: it is recorded in `rejected_messages` with the reasons, and acked. */
export class Rejected extends Error {
  override readonly name = 'Rejected';
  readonly errors: string[];

  constructor(errors: string[]) {
    super(errors.join('; '));
    this.errors = errors;
  }
}

/** A mistake in the configuration: one sentence for the operator, exit code 1. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
