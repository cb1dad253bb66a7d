import type { Context, Target } from '../target/target.ts';
import { createProgressDisplay } from './progress-display.ts';
import { failAsUnknown, isFinal, isKnown, isOver, type RunStatus, runStatus } from './run-status.ts';
import { noteOf } from './run-table.ts';

/** Each look in the cloud is a query that is paid for, and a request to Cloud Logging of the 60 that it allows. */
const LOOK_EVERY_MS: Record<Target['where'], number> = {
  'local stack': 500,
  'local data': 500,
  'Google Cloud': 10_000,
};

/** A request that was just published takes a moment until anything is known of it. */
const UNKNOWN_FOR_MS = 30_000;

/** Of a run whose size is not recorded: so long no new one may have been planned. */
const QUIET_MS = 20_000;

/** A run that was just published again is shown as it was, until the planner has come to it. */
const AS_BEFORE_FOR_MS: Record<Target['where'], number> = {
  'local stack': 10_000,
  'local data': 0,
  'Google Cloud': 30_000,
};

/** Looks at a run until it is over, and returns it as it is then; `seen` gets each look that differs from the last. */
export async function watchRun(
  target: Target,
  runId: string,
  seen: (status: RunStatus) => void,
): Promise<RunStatus> {
  const { clock } = target;
  const startMs = clock.now();
  let known = 0;
  let knownSinceMs = startMs;
  let last = '';
  let hasBegun = false;
  for (;;) {
    const status = await runStatus(target, runId);
    const now = clock.now();
    if (status.dispatches.length > known) [known, knownSinceMs] = [status.dispatches.length, now];
    if (!isKnown(status) && now - startMs > UNKNOWN_FOR_MS) await failAsUnknown(target, runId);
    // What is left shrinks with every look.
    const text = JSON.stringify({ ...status, secondsLeft: null });
    if (text !== last && isKnown(status)) seen(status);
    last = text;
    const isPlanned = status.parents !== null || now - knownSinceMs >= QUIET_MS;
    hasBegun ||= !isOver(status);
    const isTheEnd = hasBegun || isFinal(status) || now - startMs >= AS_BEFORE_FOR_MS[target.where];
    if (isOver(status) && isPlanned && isTheEnd) return status;
    await clock.sleep(LOOK_EVERY_MS[target.where]);
  }
}

/** Watches with bars on a terminal, else plain lines; beside the result, which is the status at the end. */
export async function watchOnTerminal(runId: string, { terminal, target }: Context): Promise<RunStatus> {
  const display = createProgressDisplay(`run ${runId.slice(0, 8)}`, terminal);
  try {
    return await watchRun(target, runId, (status) => display.show(status.dispatches, noteOf(status, target)));
  } finally {
    display.done();
  }
}
