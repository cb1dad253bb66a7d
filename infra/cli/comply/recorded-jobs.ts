import { rowsOf, text, time } from '../target/query.ts';
import type { Target } from '../target/target.ts';
import type { Reason } from './result.ts';

/** How far a job is: columns as in infra/bigquery/tables/compliance_jobs.json. */
export interface RecordedJob extends Record<Reason, number | null> {
  name: string;
  job_id: string | null;
  step: 'begun' | 'created' | 'uploaded' | 'named' | 'applied' | 'given_up';
  accounts: number | null;
  hidden: number | null;
  shown_again: number | null;
  reason: string | null;
}

/** Takes `@record` STRING, a JSON object of the columns, and `@at` TIMESTAMP. An INSERT, which the next query sees. */
export const recordJobSql = (dataset: string) => `
INSERT INTO ${dataset}.compliance_jobs
  (name, job_id, step, done_at, accounts, deleted, deactivated, suspended, protected, hidden, shown_again, reason)
SELECT
  JSON_VALUE(@record, '$.name'),
  JSON_VALUE(@record, '$.job_id'),
  JSON_VALUE(@record, '$.step'),
  GREATEST(@at, IFNULL(TIMESTAMP_ADD(MAX(done_at), INTERVAL 1 MICROSECOND), @at)),
  CAST(JSON_VALUE(@record, '$.accounts') AS INT64),
  CAST(JSON_VALUE(@record, '$.deleted') AS INT64),
  CAST(JSON_VALUE(@record, '$.deactivated') AS INT64),
  CAST(JSON_VALUE(@record, '$.suspended') AS INT64),
  CAST(JSON_VALUE(@record, '$.protected') AS INT64),
  CAST(JSON_VALUE(@record, '$.hidden') AS INT64),
  CAST(JSON_VALUE(@record, '$.shown_again') AS INT64),
  JSON_VALUE(@record, '$.reason')
FROM ${dataset}.compliance_jobs`;

/** The newest step of each job that is not over, the oldest job first. */
export const openJobsSql = (dataset: string) => `
SELECT
  name, job_id, step, accounts, deleted, deactivated, suspended, protected, hidden, shown_again, reason
FROM (
  SELECT *, MIN(done_at) OVER (PARTITION BY name) AS since
  FROM ${dataset}.compliance_jobs
  QUALIFY ROW_NUMBER() OVER (PARTITION BY name ORDER BY done_at DESC) = 1
)
WHERE step NOT IN ('applied', 'given_up')
ORDER BY since, name`;

/** Throws RetryLater. */
export async function recordJob(target: Target, job: RecordedJob): Promise<RecordedJob> {
  await rowsOf(target, recordJobSql, {
    record: text(JSON.stringify(job)),
    at: time(target.clock.now()),
  });
  return job;
}

/** Throws RetryLater. */
export const openJobs = (target: Target) => rowsOf<RecordedJob>(target, openJobsSql);

export const beginJob = (target: Target, name: string, accounts: number): Promise<RecordedJob> =>
  recordJob(target, {
    ...{ name, job_id: null, step: 'begun', accounts },
    ...{ deleted: null, deactivated: null, suspended: null, protected: null },
    ...{ hidden: null, shown_again: null, reason: null },
  });
