import { pino } from 'pino';

type Fields = Record<string, unknown>;

/** One JSON object a line with `severity`, `message` and `time`, as Cloud Logging reads it. */
export interface Log {
  debug(fields: Fields, message: string): void;
  info(fields: Fields, message: string): void;
  warn(fields: Fields, message: string): void;
  error(fields: Fields, message: string): void;
}

/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#LogSeverity */
const SEVERITY: Record<string, string> = { debug: 'DEBUG', info: 'INFO', warn: 'WARNING', error: 'ERROR' };

/** Source of the format: https://cloud.google.com/logging/docs/structured-logging */
export function createLog(service: string, level: string): Log {
  return pino({
    level,
    messageKey: 'message',
    base: { service },
    formatters: { level: (label) => ({ severity: SEVERITY[label] ?? 'DEFAULT' }) },
    timestamp: pino.stdTimeFunctions.isoTime,
  });
}
