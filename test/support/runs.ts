import type { PlainRow } from '../../infra/cli/target/rows.ts';
import type { TestStack } from './stack.ts';
import { until } from './until.ts';

/** What X has of an account. */
export interface Truth {
  id: string;
  saysCount: number;
  friends: { id: string }[];
}

export const truthOf = async (on: TestStack, username: string): Promise<Truth> =>
  (await on.sim(`truth?username=${username}`)) as Truth;

/** The parent with its metadata, so that X is asked for its pages only. */
export async function withMetadata(on: TestStack, username: string) {
  const { id, saysCount } = await truthOf(on, username);
  return { username, id, friendsCount: saysCount };
}

/** A request for a run that is dispatched now. */
export const dispatchRun = (on: TestStack, runId: string, parents: unknown[], more: object = {}) =>
  on.bus.publish('pagedispatch', {
    ...{ job: { name: 'test' }, parents, runId, dispatchedAt: new Date().toISOString() },
    ...more,
  });

/** Waits until every parent of a run has ended, and returns the rows of `dispatch_progress`. */
export function runEnded(on: TestStack, runId: string, parents: number): Promise<PlainRow[]> {
  return until(`run ${runId} has ended`, async () => {
    const rows = await on.select(
      `SELECT * FROM dispatch_progress WHERE run_id = '${runId}' ORDER BY parent_username`,
    );
    const open = rows.filter(({ state }) => ['running', 'stopped', 'stalled'].includes(String(state)));
    return rows.length >= parents && open.length === 0 && rows;
  });
}
