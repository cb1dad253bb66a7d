import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { type Clock, systemClock } from '../../../shared/clock.ts';
import { CALLS_PER_WINDOW, WINDOW_MS } from '../../../shared/x/limits.ts';
import { noCalls } from './call-counts.ts';
import { emptyLedger } from './charges.ts';
import { type Compliance, noCompliance } from './compliance-jobs.ts';
import { demoWorld } from './demo-world.ts';
import type { StandingFault } from './faults.ts';
import type { Past } from './past.ts';
import type { Limits, Windows } from './windows.ts';
import type { World } from './world.ts';

export interface SimulatorOptions {
  file?: string;
  clock?: Clock;
  world?: World;
  limits?: Partial<Limits>;
  /** What the services are told of X's limit: it is that of X, until either is told otherwise. */
  configured?: Configured;
}

export type Configured = Pick<Limits, 'limit' | 'windowMs'>;
export type Simulator = ReturnType<typeof createSimulator>;

/** What the simulator knows. Once `file` exists, world, limits and compliance jobs come from there: `save` lets them outlive `kill -9`. */
export function createSimulator({
  file,
  clock = systemClock,
  world = demoWorld(),
  limits,
  configured,
}: SimulatorOptions) {
  const stored: { limits?: Limits; configured?: Configured; compliance?: Compliance } =
    file && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const kept = {
    world,
    limits: { limit: CALLS_PER_WINDOW, windowMs: WINDOW_MS, latencyMs: 0, ...limits },
    compliance: noCompliance(),
    ...stored,
    ...(configured && { configured }),
  };
  // What was set by hand holds at the next start too, unless the settings are others then.
  if (configured && !isDeepStrictEqual(configured, stored.configured)) Object.assign(kept.limits, configured);
  const save = () => {
    if (!file) return;
    writeFileSync(`${file}.new`, JSON.stringify(kept));
    renameSync(`${file}.new`, file);
  };
  const [windows, faults, past]: [Windows, StandingFault[], Past] = [new Map(), [], []];
  return { ...kept, save, clock, windows, faults, past, calls: noCalls(), ledger: emptyLedger() };
}
