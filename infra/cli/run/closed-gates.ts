import type { WaitCause } from '../../../shared/x/types.ts';
import type { Target } from '../target/target.ts';
import { cloudGateLines } from './cloud-lines.ts';
import { REMEDIES } from './remedies.ts';
import { allLocalLines, type GateLine } from './service-lines.ts';

/** A gate through which nothing goes at the moment. */
export interface ClosedGate {
  /** To an endpoint of X, or `warehouse`: storing pages. */
  gate: string;
  cause: string | null;
  /** ISO 8601. */
  until: string;
  /** What somebody must do about it; null: it opens by itself. */
  remedy: string | null;
}

/** Pure: `lines` come newest first within a service. Of each gate the newest counts that says until when it is closed. */
export function closedGatesOf(lines: GateLine[], nowMs: number): ClosedGate[] {
  const newest = new Map<string, ClosedGate>();
  for (const { endpoint, gate: other, cause = null, until } of lines) {
    const gate = endpoint ?? other;
    // A turn that comes too late for a message is no closed gate.
    if (gate === undefined || until === undefined || cause === 'paced' || newest.has(gate)) continue;
    newest.set(gate, { gate, cause, until, remedy: REMEDIES[cause as WaitCause] ?? null });
  }
  return [...newest.values()].filter(({ until }) => Date.parse(until) > nowMs);
}

/** The closed gates, or why they are not known; where no stack is up, nothing waits for one. */
export async function closedGates(target: Target): Promise<ClosedGate[] | { unknown: string }> {
  const nowMs = target.clock.now();
  if (target.where === 'local data') return [];
  if (target.logs !== undefined) return closedGatesOf(await allLocalLines(target.logs), nowMs);
  try {
    return closedGatesOf(await cloudGateLines(target.config.GOOGLE_CLOUD_PROJECT, nowMs), nowMs);
  } catch (error) {
    return { unknown: `Cloud Logging: ${(error as Error).message.split('\n')[0]}` };
  }
}
