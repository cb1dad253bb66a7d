import { cleaned } from '../terminal/clean.ts';
import { minuteOf } from '../terminal/figures.ts';
import type { ClosedGate } from './closed-gates.ts';
import type { Waiting } from './run-log.ts';

/** "rate-limited, until 2026-11-24 10:15 UTC, in 27 s". */
export function waitingText({ why, cause, until, remedy }: Waiting, nowMs: number): string {
  const opens = until === null ? '' : `, ${untilText(until, nowMs)}`;
  return `${cleaned(cause ?? why)}${opens}${remedy === null ? '' : ` (needs you: ${remedy})`}`;
}

/** "gate to X's following closed: rate-limited, until …". */
export function gateText({ gate, ...waits }: ClosedGate, nowMs: number): string {
  const what = gate === 'warehouse' ? 'storing pages waits' : `the gate to X (${cleaned(gate)}) is closed`;
  return `${what}: ${waitingText({ why: 'BigQuery does not take them', ...waits }, nowMs)}`;
}

function untilText(until: string, nowMs: number): string {
  const seconds = Math.ceil((Date.parse(until) - nowMs) / 1000);
  return `until ${minuteOf(until)}${seconds > 0 ? `, in ${spanOf(seconds)}` : ''}`;
}

function spanOf(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 2 * 3600) return `${Math.ceil(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.ceil(seconds / 3600)} h`;
  return `${Math.ceil(seconds / 86_400)} days`;
}
