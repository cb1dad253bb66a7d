import type { PlainRow } from '../../infra/cli/target/rows.ts';
import type { TestStack } from './stack.ts';
import { until } from './until.ts';

/** Waits until every parent of a run has ended, and returns the rows of `dispatch_progress`. */
export function runEnded(on: TestStack, runId: string, parents: number): Promise<PlainRow[]> {
  return until(`run ${runId} has ended`, async () => {
    const rows = await on.select(
      `SELECT * FROM dispatch_progress WHERE run_id = '${runId}' ORDER BY parent_username`,
    );
    const open = rows.filter(({ state }) => state === 'running' || state === 'stalled');
    return rows.length >= parents && open.length === 0 && rows;
  });
}
