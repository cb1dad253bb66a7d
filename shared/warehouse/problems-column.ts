import type { Problem } from '../x/types.ts';

/**
 * Of the 10,485,760 bytes of a request, so that there is room for a page of friends. X may have as much to say: of each
 * field of each friend (https://cloud.google.com/bigquery/quotas#streaming_inserts).
 */
const MOST_BYTES = 4_000_000;

/**
 * R8: the problems as their column has them: JSON, with what fits of X's, in order, and how many did not. Null: there
 * are none. What BigQuery said is kept in any case.
 */
export function problemsColumn(problems: Problem[]): string | null {
  if (problems.length === 0) return null;
  let bytes = 0;
  const kept = problems.filter((problem) => {
    // As it is sent: JSON as a text of JSON.
    const size = Buffer.byteLength(JSON.stringify(JSON.stringify(problem)));
    const isKept = problem.source === 'bigquery' || bytes + size <= MOST_BYTES;
    if (isKept) bytes += size;
    return isKept;
  });
  const left = problems.length - kept.length;
  if (left > 0) kept.push({ source: 'x', title: 'More problems', detail: `${left} more are not kept.` });
  return JSON.stringify(kept);
}
