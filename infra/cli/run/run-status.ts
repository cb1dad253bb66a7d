import { DAY_MS } from '../../../shared/times.ts';
import { refusalsOf } from '../history/rejected.ts';
import { type ConfiguredLimit, waitSeconds } from '../plan/rate-limit.ts';
import { commandOn } from '../target/again.ts';
import type { Target } from '../target/target.ts';
import { Failure } from '../terminal/errors.ts';
import { type RunLog, readRunLog, type Waiting } from './run-log.ts';
import {
  committedUsdOf,
  type DispatchProgress,
  hasEnded,
  pagesDoneOf,
  pagesExpectedOf,
  plannedUsdOf,
  progressOf,
  spentUsdOf,
} from './run-progress.ts';
import { type RunSize, runSizesOf, UNKNOWN_SIZE } from './run-size.ts';

/** A run as it stands: what `dodo status RUN` shows. */
export interface RunStatus extends RunSize {
  runId: string;
  dispatches: (DispatchProgress & { waits: Waiting | null })[];
  /** What the planner waits for, while it does. */
  planningWaits: Waiting | null;
  /** Why it is not known what it waits for; null: it is known. */
  logUnknown: string | null;
  pagesDone: number;
  pagesExpected: number;
  /** Expected, allowed at most, and spent so far. */
  plannedUsd: number;
  committedUsd: number;
  spentUsd: number;
  /** At the present limit; null where nothing runs. */
  secondsLeft: number | null;
}

export async function runStatus(target: Target, runId: string): Promise<RunStatus> {
  // What is planned by now shows below.
  const sizes = await runSizesOf(target, [runId]);
  const [progress, log] = await Promise.all([progressOf(target, [runId]), readRunLog(target, runId)]);
  const size = sizes.get(runId) ?? UNKNOWN_SIZE;
  return statusOf(runId, { progress, size, log }, target.config, target.clock.now());
}

/** Pure: `log` is what the functions say, or why that is unknown. */
export function statusOf(
  runId: string,
  { progress, size, log }: { progress: DispatchProgress[]; size: RunSize; log: RunLog | { unknown: string } },
  limit: ConfiguredLimit,
  nowMs: number,
): RunStatus {
  const known = 'unknown' in log ? null : log;
  const dispatches = progress.map((row) => ({
    ...row,
    waits: hasEnded(row) ? null : (known?.dispatches.get(row.dispatch_id) ?? null),
  }));
  const [pagesDone, pagesExpected] = [pagesDoneOf(progress), pagesExpectedOf(progress)];
  const running = dispatches.filter((row) => !hasEnded(row) && row.state !== 'stopped');
  return {
    runId,
    dispatches,
    planningWaits: known?.planning ?? null,
    ...size,
    logUnknown: 'unknown' in log ? log.unknown : null,
    pagesDone,
    pagesExpected,
    plannedUsd: plannedUsdOf(progress),
    committedUsd: committedUsdOf(progress),
    spentUsd: spentUsdOf(progress),
    secondsLeft:
      running.length === 0
        ? null
        : secondsLeft(pagesDone, pagesExpected, limit, closedSeconds(running, nowMs)),
  };
}

/** A gate that opens again does so on a fresh window; else what this run has fetched has used up some of it. */
function secondsLeft(done: number, expected: number, limit: ConfiguredLimit, closed: number): number {
  return closed > 0
    ? Math.round(closed + waitSeconds(expected - done, limit))
    : waitSeconds(expected, limit) - waitSeconds(done, limit);
}

/** Until the gate opens for the first of them; 0 where one of them finds it open, if only to wait its turn. */
function closedSeconds(running: RunStatus['dispatches'], nowMs: number): number {
  const untils = running.map(({ waits }) =>
    waits?.until && waits.cause !== 'paced' ? Date.parse(waits.until) : nowMs,
  );
  return Math.max(0, Math.min(...untils) - nowMs) / 1000;
}

/** Nothing more happens by itself: all has ended, or has stalled. What is stopped waits, as for a closed gate. */
export const isOver = ({ dispatches, parents, unplanned, planningWaits }: RunStatus): boolean =>
  unplanned === 0 &&
  planningWaits === null &&
  (parents !== null || dispatches.length > 0) &&
  dispatches.every(({ state }) => state !== 'running' && state !== 'stopped');

/** Nothing more can come of it, also where it is published again. */
export const isFinal = ({ dispatches }: RunStatus): boolean => dispatches.every(({ is_final }) => is_final);

/** A run that was published a moment ago is not planned yet. */
const APPEARS_WITHIN_MS = 5000;
const LOOK_AGAIN_MS = 500;
const REFUSED_WITHIN_DAYS = 31;

export const isKnown = ({ dispatches, planningWaits, parents }: RunStatus): boolean =>
  dispatches.length > 0 || planningWaits !== null || parents !== null;

/** Looks for it for a while. Throws Failure where nothing is known of the run, or it was refused as a whole. */
export async function knownRunStatus(target: Target, runId: string): Promise<RunStatus> {
  const { clock } = target;
  const untilMs = clock.now() + APPEARS_WITHIN_MS;
  for (;;) {
    const status = await runStatus(target, runId);
    if (isKnown(status)) return status;
    if (target.where === 'local data' || clock.now() >= untilMs) await failAsUnknown(target, runId);
    await clock.sleep(LOOK_AGAIN_MS);
  }
}

export async function failAsUnknown(target: Target, runId: string): Promise<never> {
  const [why] = await refusalsOf(target, runId, target.clock.now() - REFUSED_WITHIN_DAYS * DAY_MS);
  if (why !== undefined)
    throw new Failure(
      `the run ${runId} was refused: ${why}. "${commandOn(target, 'rejected')}" shows the message.`,
    );
  throw new Failure(
    `nothing is known of a run ${runId}. "${commandOn(target, 'status')}" lists the runs there are.`,
  );
}
