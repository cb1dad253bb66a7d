import { systemClock } from '../../../shared/clock.ts';
import { AS_ASKED, columnsOfReading } from '../../../shared/plan/reading.ts';
import { createDispatches, type NewPlanning } from '../../../shared/warehouse/dispatches.ts';
import type { TestStack } from '../../support/stack.ts';
import type { BenchParent } from './parents.ts';
import { median, rounded } from './statistics.ts';

const RECORDINGS = 20;

/** The median of the ms that the INSERT of a chunk's plan takes, from the client's side; each chunk is a run. */
export async function recordingMs(on: TestStack, parents: BenchParent[]): Promise<number> {
  const { config } = on.stack;
  const { BIGQUERY_DATASET: dataset, BIGQUERY_DEADLINE_MS: deadlineMs } = config;
  const dispatches = createDispatches({ bigquery: on.bigquery, dataset, deadlineMs, clock: systemClock });
  const took: number[] = [];
  for (let number = 0; number < RECORDINGS; number++) {
    const nowMs = Date.now();
    const runId = `recorded-${number}`;
    const { counted } = await dispatches.committed(runId, nowMs, nowMs);
    const rows = parents.map((parent) => planning(runId, parent, new Date(nowMs).toISOString()));
    const startMs = performance.now();
    const { how } = await dispatches.insert(rows, runId, counted);
    took.push(performance.now() - startMs);
    if (how !== 'inserted') throw new Error(`the plan of ${runId} was ${how}`);
  }
  return rounded(median(took));
}

function planning(runId: string, parent: BenchParent, at: string): NewPlanning {
  return {
    ...{ run_id: runId, job: 'bench', dispatch_id: `${runId}/${parent.username}`, origin: null },
    ...{ parent_id: parent.id, parent_username: parent.username, parent_metadata: JSON.stringify(parent) },
    ...{ grandparent: null, grandparent_id: null, grandparent_username: null },
    ...{ status: 'dispatched', reason: null, friends_count: parent.friendsCount, total_pages: 1 },
    ...{ page_size: 1000, max_friends: 1000, after_page: null, max_cost_usd: null },
    ...{ planned_cost_usd: 10, committed_cost_usd: 10, lookup_cost_usd: 0, republished: false },
    ...columnsOfReading(AS_ASKED),
    ...{ keyframe_days: null, max_depth: null },
    ...{ dispatched_at: at, planned_at: at, message_id: runId, seen: 0 },
  };
}
