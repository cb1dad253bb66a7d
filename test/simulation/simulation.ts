import { type Config, readConfig } from '../../shared/config.ts';
import { DAY_MS } from '../../shared/times.ts';
import { Broker } from './broker.ts';
import type { Checks } from './checks/checks.ts';
import type { Service } from './crash-points.ts';
import { Facts } from './facts.ts';
import { Faults } from './faults.ts';
import type { Handle, Instance, Machine } from './instance.ts';
import type { Message, Settle } from './message.ts';
import { Platform } from './platform.ts';
import { type Profile, type ProfileName, profileOf } from './profiles.ts';
import { Random } from './random.ts';
import type { Surroundings } from './surroundings.ts';
import { Tables } from './tables.ts';
import { never, VirtualTime } from './virtual-time.ts';
import { Jobs } from './warehouse/jobs.ts';
import { Streaming } from './warehouse/streaming.ts';
import { XServer } from './x-server.ts';

export interface Failure {
  promise: string;
  what: string;
}

export interface SimulationSetup {
  seed: number;
  profile: ProfileName;
  /** Starts a service, on an instance of its own. */
  start: (sim: Simulation, service: Service, machine: Machine) => Handle;
  watch: (sim: Simulation) => Checks;
  /** Given: every event is told, one line each. */
  onEvent?: (line: string) => void;
}

const WINDOW_SECONDS = 900;
/** Crash points that few simulations come by. */
const RARE = /metadata|rejected|getpage.*bus/;

/** The three services, Pub/Sub, BigQuery and X in one process and in one time, and what watches over them. */
export class Simulation implements Surroundings {
  readonly random: Random;
  readonly profile: Profile;
  readonly faults: Faults;
  readonly time: VirtualTime;
  readonly broker: Broker;
  readonly platform: Platform;
  readonly x: XServer;
  readonly facts: Facts;
  readonly tables = new Tables();
  readonly streaming: Streaming;
  readonly jobs: Jobs;
  readonly config: Config;
  readonly checks: Checks;
  readonly counts = { xCalls: 0, deliveries: 0 };
  /** What happened, by name, and how often: results of handlers, crash points, states of dispatches. */
  readonly reached = new Map<string, number>();
  /** Caps that requests name, by run. */
  readonly requestCaps = new Map<string, number>();
  /** How old a full read may be for the checks of a run. */
  readonly keyframeDays = new Map<string, number>();
  failure: Failure | null = null;
  readonly #onEvent: ((line: string) => void) | undefined;
  readonly #startMs: number;
  #awayUntilMs = 0;
  #ids = 0;

  constructor({ seed, profile, start, watch, onEvent }: SimulationSetup) {
    this.random = new Random(seed);
    this.profile = profileOf(profile, this.random);
    this.platform = new Platform(this, (service, machine) => start(this, service, machine));
    this.#onEvent = onEvent;
    // Midnight is when budgets change and partitions end.
    const dayMs = Date.UTC(2026, 0, 15);
    const untilMidnightMs = this.random.chance(0.4)
      ? this.random.magnitude(1000, 600_000)
      : this.random.between(1, DAY_MS);
    this.#startMs = dayMs + DAY_MS - untilMidnightMs;
    this.time = new VirtualTime(this.#startMs);
    this.faults = new Faults(this.random, this.profile.strengths, (fault) =>
      this.trace(() => `fault: ${fault}`),
    );
    this.facts = new Facts(this.faults);
    this.streaming = new Streaming(this);
    this.jobs = new Jobs(this);
    const { time, random, faults, facts } = this;
    const trace = (line: () => string) => this.trace(line);
    const deliver = (message: Message, settle: Settle) => this.platform.deliver(message, settle);
    const isForOthers = (topic: string) => topic === this.config.TOPIC_CHANGES;
    const { ordered } = this.profile;
    this.broker = new Broker({ time, random, faults, ordered, deliver, isForOthers, trace });
    const xOptions = { skewMs: this.skewMs(), tokens: this.profile.tokens, windowMs: WINDOW_SECONDS * 1000 };
    this.x = new XServer({ time, random, faults, facts, ...xOptions });
    this.config = this.#configure();
    this.checks = watch(this);
  }

  trace(line: () => string): void {
    if (!this.#onEvent) return;
    const seconds = ((this.time.now() - this.#startMs) / 1000).toFixed(3);
    this.#onEvent(`+${seconds}s ${line()}`);
  }

  /** The first promise that is broken ends the simulation. */
  fail(promise: string, what: string): void {
    this.trace(() => `BROKEN ${promise}: ${what}`);
    this.failure ??= { promise, what };
  }

  note(what: string): void {
    this.reached.set(what, (this.reached.get(what) ?? 0) + 1);
  }

  newId(): string {
    return `fetch-${String(++this.#ids).padStart(5, '0')}`;
  }

  crash(instance: Instance): void {
    this.platform.crash(instance);
  }

  /** A named point has been reached: the instance may die there. */
  reach(instance: Instance, point: string): Promise<void> {
    if (!instance.alive) return never();
    if (!this.faults.strikes('crash at a point', RARE.test(point) ? 12 : 1)) return Promise.resolve();
    this.trace(() => `crash point ${point}`);
    this.note(`crash ${point}`);
    this.crash(instance);
    return never();
  }

  isWarehouseAway(): boolean {
    if (this.faults.strikes('warehouse away'))
      this.#awayUntilMs = this.time.now() + this.random.magnitude(1000, DAY_MS / 2);
    return this.faults.on && this.time.now() < this.#awayUntilMs;
  }

  stopFaults(): void {
    this.faults.stop();
    this.x.recover();
  }

  /** How far a machine's clock is off. */
  skewMs(): number {
    return this.faults.strikes('clock skewed') ? this.random.between(-300, 300) * 1000 : 0;
  }

  #configure(): Config {
    const { random, faults } = this;
    const cap = () => random.between(5, 60) / 100;
    return {
      ...readConfig({}),
      X_WINDOW_SECONDS: WINDOW_SECONDS,
      PAGE_SIZE: this.profile.runsChecks ? random.between(4, 20) : random.between(1, 6),
      MAX_RUN_COST_USD: faults.strikes('cap on the run') ? cap() : null,
      DAILY_BUDGET_USD: faults.strikes('cap on the day') ? cap() : null,
    };
  }
}
