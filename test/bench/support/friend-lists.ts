import { DAY_MS } from '../../../shared/times.ts';
import type { TestStack } from '../../support/stack.ts';

export const FIRST_DAY_MS = Date.UTC(2026, 0, 1);

interface Run {
  run: number;
  /** The first and the last of them. */
  parents: [from: number, to: number];
  /** Friends of each. */
  size: number;
}

/** A page of each parent; from run to run each list gets one friend more and loses one. */
export async function addRun(
  { bigquery }: TestStack,
  { run, parents: [from, to], size }: Run,
): Promise<void> {
  const query = `INSERT INTO dodo.completed_scrapes
    (run_id, job, dispatch_id, parent_id, parent_username, page_number, total_pages, page_size, friends_count,
     outcome, fetch_id, lineage, friend_count, friends, cost_usd, message_id, dispatched_at, completed_at)
    SELECT @run_id, 'bench', CONCAT(@run_id, '-', parent), parent, CONCAT('parent_', parent), 1, 1, 1000, @size,
      'scraped', CONCAT('fetch-', @run_id, '-', parent), [], @size, ARRAY_AGG(STRUCT(
        position AS position, id AS id, CONCAT('friend_', id) AS username, CONCAT('Number ', id) AS name,
        TIMESTAMP_MILLIS(@at_ms) AS created_at, CONCAT('What number ', id, ' says of themselves') AS description,
        'Somewhere' AS location, CONCAT('https://example.com/', id) AS url,
        CONCAT('https://example.com/', id, '.jpg') AS profile_image_url, FALSE AS protected, FALSE AS verified,
        'none' AS verified_type, position AS followers_count, position AS following_count,
        position AS listed_count, position AS post_count)),
      1, parent, TIMESTAMP_MILLIS(@at_ms), TIMESTAMP_MILLIS(@at_ms + 1000)
    FROM (
      SELECT CAST(number AS STRING) AS parent, position,
        CAST(number * 100000 + @run + position AS STRING) AS id
      FROM UNNEST(GENERATE_ARRAY(@from, @to)) AS number
      CROSS JOIN UNNEST(GENERATE_ARRAY(1, @size)) AS position
    )
    GROUP BY parent`;
  const params = { run, run_id: `run-${run}`, size, from, to };
  await bigquery.query({ query, params: { ...params, at_ms: FIRST_DAY_MS + run * DAY_MS } });
}
