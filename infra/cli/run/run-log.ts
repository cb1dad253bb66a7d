import type { WaitCause } from '../../../shared/x/types.ts';
import type { Target } from '../target/target.ts';
import { cloudLines, loggingAuth } from './cloud-lines.ts';
import { REMEDIES } from './remedies.ts';
import { localLines, type ServiceLine } from './service-lines.ts';

/** Why something of a run does not go on at the moment. */
export interface Waiting {
  why: string;
  /** ISO 8601; null where nobody knows. */
  until: string | null;
  cause: string | null;
  /** What somebody must do about it; null: it goes on by itself. */
  remedy: string | null;
}

/** What the logs of the functions tell of a run. */
export interface RunLog {
  /** By dispatch id. */
  dispatches: Map<string, Waiting>;
  /** What the planner waits for, while it does. */
  planning: Waiting | null;
}

const RETRY_LATER = 'retry later: ';

/**
 * Each dispatch waits for what its newest line says, if that is a RetryLater; a later line says that it goes on.
 * Lines come newest first within a service, which handles a dispatch alone.
 */
export function runLogOf(lines: ServiceLine[]): RunLog {
  const newest = new Map<string, ServiceLine>();
  for (const line of lines) {
    const key = line.dispatchId ?? line.service;
    if (!newest.has(key)) newest.set(key, line);
  }
  const planner = newest.get('pagedispatch');
  newest.delete('pagedispatch');
  return {
    dispatches: new Map([...newest].flatMap(([id, line]) => waitingOf(line).map((waiting) => [id, waiting]))),
    planning: (planner && waitingOf(planner)[0]) ?? null,
  };
}

function waitingOf({ message, until, cause, alert }: ServiceLine): Waiting[] {
  if (!message.startsWith(RETRY_LATER)) return [];
  const why = message.slice(RETRY_LATER.length);
  // Only the first line about a closed gate is an alert; the cause is in all of them.
  const remedy = REMEDIES[cause as WaitCause] ?? (alert ? 'see the log of the functions' : null);
  return [{ why, until: until ?? null, cause: cause ?? null, remedy }];
}

/** The log of a run, or why it cannot be read. */
export async function readRunLog(target: Target, runId: string): Promise<RunLog | { unknown: string }> {
  if (target.logs !== undefined) return runLogOf(await localLines(target.logs, runId));
  try {
    return runLogOf(await cloudLines(target.config.GOOGLE_CLOUD_PROJECT, runId, await loggingAuth()));
  } catch (error) {
    return { unknown: `Cloud Logging: ${(error as Error).message.split('\n')[0]}` };
  }
}
