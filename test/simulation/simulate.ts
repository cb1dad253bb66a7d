import { DAY_MS, HOUR_MS } from '../../shared/times.ts';
import { EndCheck } from './checks/end.ts';
import type { ProfileName } from './profiles.ts';
import { Scenario } from './scenario.ts';
import { HANDLERS, type Handlers, start } from './services.ts';
import { type Failure, Simulation } from './simulation.ts';
import { watch } from './watch.ts';

export interface SimulateOptions {
  seed: number;
  /** Default: 'swarm'. */
  profile?: ProfileName;
  /** Collect a line per event. */
  trace?: boolean;
  /** Others than the real ones, to see that the simulation notices. */
  handlers?: Partial<Handlers>;
  /** Looks at the world when all is over, also where a promise was broken. */
  atEnd?: (sim: Simulation) => void;
}

/** What a simulation came to. The same seed and profile give the same report. */
export interface Report {
  seed: number;
  profile: ProfileName;
  failure: Failure | null;
  trace: string[];
  /** Faults injected, by kind. */
  faults: Record<string, number>;
  /** Results, states, crash points and other things of note, by name. */
  reached: Record<string, number>;
  events: number;
  /** How much time passed in the simulated world. */
  simulatedMs: number;
  xCalls: number;
  bought: number;
  boughtAgain: Record<string, number>;
  /** Look-ups of parents that X has charged for, and of these those that were paid once more for a message. */
  lookUps: number;
  lookUpsAgain: Record<string, number>;
  /** Friends that X has charged for, and of these on pages that were bought once more. */
  charged: number;
  chargedAgain: number;
}

/** Faults go on for no longer than this. */
const MOST_EVENTS_WITH_FAULTS = 20_000;
/** Beyond these nothing is converging: a spend cap of days makes each message come again every ten minutes. */
const MOST_EVENTS = 400_000;
const MOST_EVENTS_PER_MESSAGE = 500;
const LONGEST_MS = 60 * DAY_MS;

/** Phase 1: faults, and safety checked at each step. Phase 2: no faults, and everything must reach its end. */
export async function simulate(options: SimulateOptions): Promise<Report> {
  const { seed, profile = 'swarm' } = options;
  // Taking down the stack of every RetryLater would cost more than all the rest.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = options.trace ? stackTraceLimit : 0;
  try {
    return await run(seed, profile, options);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function run(seed: number, profile: ProfileName, options: SimulateOptions): Promise<Report> {
  const trace: string[] = [];
  const sim = new Simulation({
    seed,
    profile,
    start: (...started) => start({ ...HANDLERS, ...options.handlers }, ...started),
    watch,
    ...(options.trace && { onEvent: (line: string) => trace.push(line) }),
  });
  const startMs = sim.time.now();
  const scenario = new Scenario(sim);
  const end = new EndCheck(sim, scenario);
  const steps = new Steps(sim, () => end.sample());
  const longestMs = sim.profile.runsChecks ? 8 * DAY_MS : 4 * DAY_MS;
  await steps.until(startMs + sim.random.magnitude(HOUR_MS, longestMs), MOST_EVENTS_WITH_FAULTS);
  sim.trace(() => 'faults off');
  sim.stopFaults();
  end.sample();
  await steps.untilQuiet();
  if (sim.broker.messages.some(({ expired }) => expired)) {
    // What has expired is published again by somebody who sees that it is missing.
    for (const run of scenario.runs) scenario.republish(run);
    await steps.untilQuiet();
  }
  if (!sim.failure) end.everythingEnded();
  if (!sim.failure) await end.replayIsFree(() => steps.untilQuiet());
  options.atEnd?.(sim);
  const { counts, checks, faults, reached, failure } = sim;
  const simulatedMs = sim.time.now() - startMs;
  const { bought, boughtAgain, charged, chargedAgain } = checks.purchases;
  return {
    ...{ seed, profile, failure, trace, simulatedMs, bought, boughtAgain, charged, chargedAgain },
    ...{ lookUps: checks.lookUps.paid, lookUpsAgain: checks.lookUps.paidAgain },
    faults: Object.fromEntries(faults.counts),
    reached: Object.fromEntries(reached),
    events: steps.done,
    xCalls: counts.xCalls,
  };
}

class Steps {
  done = 0;
  readonly #sim: Simulation;
  readonly #daily: () => void;
  readonly #endMs: number;
  #nextDayMs: number;

  /** `daily` is called as each day passes. */
  constructor(sim: Simulation, daily: () => void) {
    this.#sim = sim;
    this.#daily = daily;
    this.#endMs = sim.time.now() + LONGEST_MS;
    this.#nextDayMs = sim.time.now() + DAY_MS;
  }

  /** Runs what happens before `untilMs`, but no more than `most` events. */
  async until(untilMs: number, most = Number.POSITIVE_INFINITY): Promise<void> {
    const last = this.done + most;
    for (let next = this.#next(); next !== null && next < untilMs && this.done < last; next = this.#next()) {
      for (; next >= this.#nextDayMs; this.#nextDayMs += DAY_MS) this.#daily();
      await this.#step();
    }
  }

  /** Runs until nothing is left to happen. */
  untilQuiet(): Promise<void> {
    return this.until(Number.POSITIVE_INFINITY);
  }

  #next(): number | null {
    return this.#sim.failure ? null : this.#sim.time.nextMs();
  }

  async #step(): Promise<void> {
    const sim = this.#sim;
    await sim.time.step();
    this.done++;
    const most = MOST_EVENTS + MOST_EVENTS_PER_MESSAGE * sim.broker.messages.length;
    if (this.done <= most && sim.time.now() <= this.#endMs) return;
    const { unsettled } = sim.broker;
    sim.fail('progress', `no end in sight after ${this.done} events; ${unsettled} deliveries open`);
  }
}
