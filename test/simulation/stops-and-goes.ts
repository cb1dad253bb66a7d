import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../shared/times.ts';
import type { Simulation } from './simulation.ts';

/** An operator stops a run, or all, now and then, and lets them go on. */
export class StopsAndGoes {
  readonly #sim: Simulation;
  /** As far as they have been asked for. */
  readonly #runs: readonly { runId: string }[];

  constructor(sim: Simulation, runs: readonly { runId: string }[]) {
    this.#sim = sim;
    this.#runs = runs;
  }

  begin(): void {
    const { random, time, profile } = this.#sim;
    const withinMs = profile.runsChecks ? 4 * DAY_MS : 8 * HOUR_MS;
    for (let more = random.between(1, 3); more > 0; more--)
      time.after(random.magnitude(1000, withinMs), () => this.#stop());
  }

  #stop(): void {
    const { random, time } = this.#sim;
    const runId = random.chance(0.5) && this.#runs.length > 0 ? random.pick([...this.#runs]).runId : null;
    this.#say(runId, true);
    time.after(random.magnitude(10_000, random.chance(0.3) ? DAY_MS : 30 * MINUTE_MS), () =>
      this.#say(runId, false),
    );
  }

  #say(run_id: string | null, is_stopped: boolean): void {
    const { tables, time } = this.#sim;
    this.#sim.trace(() => `an operator says: ${is_stopped ? 'stop' : 'go'} ${run_id ?? 'all'}`);
    tables.stops.push({ run_id, is_stopped, said_at: new Date(time.now()).toISOString(), reason: null });
  }
}
