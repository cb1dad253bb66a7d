import { ConfigError, RetryLater } from '../../../shared/errors.ts';
import { Failure } from './errors.ts';

/** One sentence for the operator: what happened, why, what to do next; and the exit code. */
export function explained(error: unknown): { text: string; exitCode: number } {
  const { message } = error as Error;
  if (error instanceof Failure) return { text: message, exitCode: error.exitCode };
  if (error instanceof ConfigError) return { text: message, exitCode: 1 };
  if (error instanceof RetryLater) return { text: `${message}. ${advice(message)}`, exitCode: 1 };
  return { text: `${message} (--verbose shows where)`, exitCode: 1 };
}

/** What Google's clients say, by what helps. https://cloud.google.com/bigquery/docs/error-messages */
const ADVICE: [RegExp, string][] = [
  [
    /Not found: (Dataset|Table|Project)/i,
    'Is the project the right one, and deployed? "npm run deploy" makes what is missing.',
  ],
  [/\b(NOT_FOUND|Resource not found)\b/, 'Is the project the right one? "npm run deploy" makes its topics.'],
  [/denied|does not have .*permission|PERMISSION_DENIED|\b403\b/i, 'Your account may not do that there.'],
  [
    /^BigQuery refuses the query: (?!.*streaming buffer)/,
    'Is the dataset older than this command? "npm run deploy" brings its tables and views up to date.',
  ],
  [/streaming buffer/, 'Rows that young cannot be changed: run it again in 90 minutes.'],
  [
    /ECONNREFUSED|UNAVAILABLE|ECONNRESET/,
    'Has the stack been stopped meanwhile? Nothing is lost; try again.',
  ],
  [/invalid_grant|credentials/i, 'Run "gcloud auth application-default login" again.'],
];

const advice = (message: string): string =>
  ADVICE.find(([pattern]) => pattern.test(message))?.[1] ?? 'Nothing is lost; try again.';
