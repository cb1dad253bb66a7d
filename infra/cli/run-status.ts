import { systemClock } from '../../shared/clock.ts';
import { DAY_MS } from '../../shared/warehouse/table.ts';
import { waitSeconds } from './cost-estimate.ts';
import { Failure } from './errors.ts';
import {
  type DispatchProgress,
  hasEnded,
  pagesDoneOf,
  pagesExpectedOf,
  plannedUsdOf,
  progressOf,
  spentUsdOf,
} from './run-progress.ts';
import { refusalsOf } from './runs.ts';
import type { Target } from './target.ts';
import { type RunLog, readRunLog, type Waiting } from './waits.ts';

/** A run as it stands: what `dodo status RUN` shows. */
export interface RunStatus {
  runId: string;
  dispatches: (DispatchProgress & { waits: Waiting | null })[];
  /** What the planner waits for, while it does. */
  planningWaits: Waiting | null;
  /** How many parents the run was asked for; null where the log does not reach back so far. */
  parents: number | null;
  /** Why it is not known what it waits for; null: it is known. */
  logUnknown: string | null;
  pagesDone: number;
  pagesExpected: number;
  plannedUsd: number;
  spentUsd: number;
  /** At the present limit; null where nothing runs. */
  secondsLeft: number | null;
}

export async function runStatus(target: Target, runId: string): Promise<RunStatus> {
  const [progress, log] = await Promise.all([progressOf(target, [runId]), readRunLog(target, runId)]);
  return statusOf(runId, progress, log, target.config, systemClock.now());
}

/** Pure: `log` is what the functions say, or why that is unknown. */
export function statusOf(
  runId: string,
  progress: DispatchProgress[],
  log: RunLog | { unknown: string },
  limit: Parameters<typeof waitSeconds>[1],
  nowMs: number,
): RunStatus {
  const known = 'unknown' in log ? null : log;
  const dispatches = progress.map((row) => ({
    ...row,
    waits: hasEnded(row) ? null : (known?.dispatches.get(row.dispatch_id) ?? null),
  }));
  const [pagesDone, pagesExpected] = [pagesDoneOf(progress), pagesExpectedOf(progress)];
  const running = dispatches.filter((row) => !hasEnded(row));
  const left = waitSeconds(pagesExpected, limit) - waitSeconds(pagesDone, limit);
  return {
    runId,
    dispatches,
    planningWaits: known?.planning ?? null,
    parents: known?.parents ?? null,
    logUnknown: 'unknown' in log ? log.unknown : null,
    pagesDone,
    pagesExpected,
    plannedUsd: plannedUsdOf(progress),
    spentUsd: spentUsdOf(progress),
    secondsLeft: running.length === 0 ? null : Math.round(left + closedSeconds(running, nowMs)),
  };
}

/** Until the first of them may go on; 0 where one of them need not wait. */
function closedSeconds(running: RunStatus['dispatches'], nowMs: number): number {
  const untils = running.map(({ waits }) => (waits?.until ? Date.parse(waits.until) : nowMs));
  return Math.max(0, Math.min(...untils) - nowMs) / 1000;
}

/** Nothing more happens by itself: all has ended, or has stalled. */
export const isOver = ({ dispatches, parents }: RunStatus): boolean =>
  dispatches.length >= Math.max(1, parents ?? 0) && dispatches.every(({ state }) => state !== 'running');

/** Throws Failure where nothing is known of the run, or it was refused as a whole. */
export async function assertKnown(target: Target, status: RunStatus): Promise<void> {
  if (status.dispatches.length > 0 || status.planningWaits !== null || status.parents !== null) return;
  const [why] = await refusalsOf(target, status.runId, systemClock.now() - 366 * DAY_MS);
  if (why !== undefined)
    throw new Failure(`the run ${status.runId} was refused: ${why}. See npx dodo rejected`);
  throw new Failure(
    `nothing is known of a run ${status.runId} yet. "npx dodo status" lists the runs there are.`,
  );
}
