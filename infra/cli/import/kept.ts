import { DAY_MS } from '../../../shared/times.ts';
import { answeredInTime } from '../../../shared/warehouse/query.ts';
import { warehouseOf } from '../target/query.ts';
import type { Target } from '../target/target.ts';
import { Failure } from '../terminal/errors.ts';
import { minuteOf } from '../terminal/figures.ts';
import type { Survey } from './survey.ts';

/**
 * Where partitions expire BigQuery takes what is older, and drops it without a word. Throws Failure, or RetryLater.
 * https://cloud.google.com/bigquery/docs/managing-partitioned-tables#partition-expiration
 */
export async function assertKept(
  target: Target,
  { firstMs }: Pick<Survey, 'firstMs'>,
  nowMs: number,
): Promise<void> {
  const { bigquery, dataset, clock, deadlineMs } = warehouseOf(target);
  const [{ timePartitioning }] = await answeredInTime({ clock, deadlineMs }, () =>
    bigquery.dataset(dataset).table('completed_scrapes').getMetadata(),
  );
  const expiresMs = Number(timePartitioning?.expirationMs ?? Number.POSITIVE_INFINITY);
  if (firstMs >= nowMs - expiresMs) return;
  throw new Failure(
    `the archive begins ${minuteOf(firstMs)}, and rows of completed_scrapes are kept for ${Math.floor(expiresMs / DAY_MS)} days only: BigQuery would drop them. Set partition_expiration_days to more. Nothing was imported.`,
  );
}
