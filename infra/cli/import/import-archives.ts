import type { Target } from '../target/target.ts';
import { type ImportedRow, importedRow } from './imported-row.ts';
import { parentNames } from './parent-names.ts';
import { storeImported } from './store.ts';
import { placedPages, type Survey } from './survey.ts';

/**
 * Of the 10,485,760 bytes of a request to BigQuery, in which quotes are escaped twice more; one page may have 4 MB of
 * problems alone (https://cloud.google.com/bigquery/quotas#query_jobs).
 */
const BYTES_AT_ONCE = 3_000_000;

/**
 * Stores the pages that are not stored yet, and returns how many those are; `tell` hears how many are there. Throws
 * WrongUsage, RetryLater or Failure.
 */
export async function importArchives(
  target: Target,
  files: string[],
  { job, nowMs, parentIds }: { job: string; nowMs: number } & Pick<Survey, 'parentIds'>,
  tell: (pages: number) => void,
): Promise<number> {
  const names = await parentNames(target, parentIds);
  let [added, there] = [0, 0];
  let rows: ImportedRow[] = [];
  let bytes = 0;
  const store = async () => {
    added += rows.length === 0 ? 0 : await storeImported(target, rows);
    there += rows.length;
    [rows, bytes] = [[], 0];
    tell(there);
  };
  for await (const page of placedPages(files, nowMs)) {
    const row = importedRow(page, job, names.get(page.parentId));
    const size = Buffer.byteLength(JSON.stringify(row));
    if (bytes + size > BYTES_AT_ONCE) await store();
    rows.push(row);
    bytes += size;
  }
  await store();
  return added;
}
