import { withDeadline } from '../deadline.ts';
import { RetryLater } from '../errors.ts';
import { isOurFault, type Row, type WarehouseContext } from './client.ts';

/** What its queries cost a project is found by it, beside what else is asked there: infra/terraform/environment.tf. */
const LABELS = { app: 'dodo' };

/** A dataset of the client's project as SQL names it: unquoted, `2026_follows` or `all` is no name. */
export const quotedDataset = (dataset: string): string => `\`${dataset}\``;

/** Runs one of our queries. Throws RetryLater where BigQuery gives no answer. */
export async function runQuery(
  { bigquery, deadlineMs, clock }: WarehouseContext,
  query: string,
  params: Record<string, unknown>,
  types: Record<string, string | string[]>,
): Promise<Row[]> {
  const [rows] = await answeredInTime({ clock, deadlineMs }, () =>
    bigquery.query({ query, params, types, labels: LABELS }),
  );
  return rows;
}

/** What BigQuery answers in time. Throws RetryLater. */
export const answeredInTime = <T>(
  { clock, deadlineMs }: Pick<WarehouseContext, 'clock' | 'deadlineMs'>,
  call: () => Promise<T>,
): Promise<T> =>
  withDeadline(clock, deadlineMs, 'BigQuery', call).catch((error: Error) => {
    throw notAnswered(error);
  });

/** Asking again brings no other answer where BigQuery has refused; it does once what it names has been mended. */
export const notAnswered = (error: Error): RetryLater =>
  isOurFault(error)
    ? new RetryLater(`BigQuery refuses the query: ${error.message}`, { alert: true })
    : new RetryLater(`BigQuery gave no answer: ${error.message}`);
