import { createStops, type Stop } from '../../../shared/warehouse/stops.ts';
import { commandOn, quoted } from '../target/again.ts';
import { warehouseOf } from '../target/query.ts';
import type { Target } from '../target/target.ts';
import { cleaned } from '../terminal/clean.ts';
import { minuteOf } from '../terminal/figures.ts';

/** What is stopped: that of all first. Throws RetryLater. */
export async function stopsInForce(target: Target): Promise<Stop[]> {
  const newest = await createStops(warehouseOf(target)).newest();
  return newest
    .filter(({ isStopped }) => isStopped)
    .sort((a, b) => Number(a.runId !== null) - Number(b.runId !== null) || a.atMs - b.atMs);
}

/** Those that keep a run from going on. */
export const stopsOfRun = (stops: Stop[], runId: string): Stop[] =>
  stops.filter((stop) => stop.runId === null || stop.runId === runId);

/** Those that hold up what is about to be published, or thought of: of all runs, and of these. Throws RetryLater. */
export async function stopsAhead(target: Target, runIds: string[] = []): Promise<Stop[]> {
  const ours = new Set<string | null>([null, ...runIds]);
  return (await stopsInForce(target)).filter(({ runId }) => ours.has(runId));
}

/** As a program reads it; null: it goes. `run` null: all are stopped. */
export function stopFields([stop]: Stop[]) {
  return stop ? { run: stop.runId, since: new Date(stop.atMs).toISOString(), reason: stop.reason } : null;
}

/** "of any run", "for run RUN". */
export const ofWhat = (runId: string | null): string =>
  runId === null ? 'of any run' : `for run ${cleaned(runId)}`;

/** Undoes a stop, as it is to be typed. */
export const goCommand = (target: Target, runId: string | null): string =>
  runId === null ? commandOn(target, 'go') : commandOn(target, `go ${quoted(runId)}`);

/** What somebody has to know before anything else, and how it is undone. */
export function stopLines(stops: Stop[], target: Target): string[] {
  return stops.map(({ runId, atMs, reason }) => {
    const why = reason === null ? '' : ` (${cleaned(reason)})`;
    return `STOPPED: nothing is bought ${ofWhat(runId)} since ${minuteOf(atMs)}${why}. Undo it: ${goCommand(target, runId)}`;
  });
}

/** The same of what is about to be published: one line for all of its runs that are stopped. */
export function stopLinesAhead(stops: Stop[], target: Target): string[] {
  const ofRuns = stops.flatMap(({ runId }) => runId ?? []);
  if (ofRuns.length < 2) return stopLines(stops, target);
  const ofAll = stops.filter(({ runId }) => runId === null);
  const each = `STOPPED: nothing is bought for ${ofRuns.length} of these runs (${cleaned(ofRuns.join(', '))}). Undo it of each: ${commandOn(target, 'go RUN')}`;
  return [...stopLines(ofAll, target), each];
}

/** The id of the run that is meant, where it is one of those that are stopped: one may not be planned yet. */
export function stoppedNamed(stops: Stop[], id: string): string | undefined {
  const begun = stops.flatMap(({ runId }) => (runId?.startsWith(id) ? runId : []));
  return begun.length === 1 ? begun[0] : undefined;
}
