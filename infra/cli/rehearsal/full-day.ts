import { v4 } from 'uuid';
import type { DispatchRequest } from '../../../shared/messages/dispatch-request.ts';
import { publishRequests } from '../plan/requests.ts';
import type { DispatchProgress } from '../run/run-progress.ts';
import { rowsOf, texts } from '../target/query.ts';
import type { Target } from '../target/target.ts';
import { Failure } from '../terminal/errors.ts';
import type { Simulator } from './simulator.ts';

/** Publishes these requests, each as a run of now; returns the ids of the runs. */
export async function publishFullReads(
  target: Target,
  x: Simulator,
  of: DispatchRequest[],
): Promise<string[]> {
  const { id, saysCount } = await x.truthOf('given_metadata');
  const dispatchedAt = new Date(target.clock.now()).toISOString();
  const requests = of.map((request) => ({
    ...request,
    ...{ runId: v4(), dispatchedAt },
    parents: request.parents.map((parent) =>
      parent.username === 'given_metadata' ? { ...parent, id, friendsCount: saysCount } : parent,
    ),
  }));
  await publishRequests(target, requests);
  return requests.map(({ runId }) => runId);
}

const listedFriendsSql = (dataset: string) => `
SELECT dispatch_id, friend_id
FROM ${dataset}.friends
WHERE dispatch_id IN UNNEST(@ids)
ORDER BY dispatch_id, page_number, position`;

/** The simulator knows the truth, which the real X never tells: each complete list must equal it. Throws Failure. */
export async function comparedWithTruth(
  target: Target,
  x: Simulator,
  progress: DispatchProgress[],
): Promise<string> {
  const complete = progress.filter(({ state }) => state === 'complete');
  const ids = texts(complete.map(({ dispatch_id }) => dispatch_id));
  const rows = await rowsOf<Record<'dispatch_id' | 'friend_id', string>>(target, listedFriendsSql, { ids });
  const listed = Map.groupBy(rows, (row) => row.dispatch_id);
  for (const { dispatch_id, parent_username } of complete) {
    const stored = (listed.get(dispatch_id) ?? []).map((row) => row.friend_id).join();
    const truth = (await x.truthOf(parent_username)).friends.map(({ id }) => id).join();
    if (stored !== truth)
      throw new Failure(`the list of ${parent_username} is not the one that X has: please report this.`);
  }
  return `The ${rows.length} friends of ${complete.length} complete lists equal X's lists exactly.`;
}
