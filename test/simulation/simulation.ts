import { type Config, readConfig } from '../../shared/config.ts';
import { RetryLater } from '../../shared/errors.ts';
import { DAY_MS } from '../../shared/times.ts';
import { Broker } from './broker.ts';
import type { Checks } from './checks/checks.ts';
import type { Service } from './crash-points.ts';
import { Faults } from './faults.ts';
import { type Handle, Instance, Invocation, type Machine } from './instance.ts';
import type { Message, Settle } from './message.ts';
import { type Profile, type ProfileName, profileOf } from './profiles.ts';
import { Random } from './random.ts';
import { Tables } from './tables.ts';
import { clockOf, never, VirtualTime } from './virtual-time.ts';
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
/** Messages that an instance handles at once; more are turned away by the platform. */
const MOST_AT_ONCE = 40;

/** The three services, Pub/Sub, BigQuery and X in one process and in one time, and what watches over them. */
export class Simulation {
  readonly random: Random;
  readonly profile: Profile;
  readonly faults: Faults;
  readonly time: VirtualTime;
  readonly broker: Broker;
  readonly x: XServer;
  readonly tables = new Tables();
  readonly config: Config;
  readonly checks: Checks;
  readonly counts = { xCalls: 0, deliveries: 0 };
  /** What happened, by name, and how often: results of handlers, crash points, states of dispatches. */
  readonly reached = new Map<string, number>();
  /** Caps that requests name, by run. */
  readonly requestCaps = new Map<string, number>();
  failure: Failure | null = null;
  readonly #start: SimulationSetup['start'];
  readonly #onEvent: ((line: string) => void) | undefined;
  readonly #current = new Map<Service, { machine: Machine; handle: Handle }>();
  readonly #startMs: number;
  readonly #refused = new Map<string, boolean>();
  #awayUntilMs = 0;
  #instances = 0;
  #ids = 0;

  constructor({ seed, profile, start, watch, onEvent }: SimulationSetup) {
    this.random = new Random(seed);
    this.profile = profileOf(profile, this.random);
    this.#start = start;
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
    const { time, random, faults } = this;
    const trace = (line: () => string) => this.trace(line);
    const deliver = (message: Message, settle: Settle) => this.#deliver(message, settle);
    this.broker = new Broker({ time, random, faults, ordered: this.profile.ordered, deliver, trace });
    const xOptions = { skewMs: this.#skewMs(), tokens: this.profile.tokens, windowMs: WINDOW_SECONDS * 1000 };
    this.x = new XServer({ time, random, faults, ...xOptions });
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
    if (!instance.alive) return;
    this.trace(() => `${instance.name} crashes with ${instance.invocations.size} messages in hand`);
    instance.crash();
    if (this.#current.get(instance.service)?.machine.instance === instance)
      this.#current.delete(instance.service);
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

  /** Whether BigQuery refuses what is recorded under that name: it has always done so, or never. */
  isRefused(name: string): boolean {
    const isRefused = this.#refused.get(name) ?? this.faults.strikes('row refused', 0.3);
    this.#refused.set(name, isRefused);
    return isRefused;
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

  #deliver(message: Message, settle: Settle): void {
    const { machine, handle } = this.#instanceFor(message.topic as Service);
    const { instance } = machine;
    if (instance.invocations.size >= MOST_AT_ONCE) {
      this.note('instance full');
      settle('nack');
      return;
    }
    const invocation = new Invocation(instance, message, settle, this.time.now());
    this.counts.deliveries++;
    if (instance.invocations.size > 0) this.note('side by side');
    instance.invocations.add(invocation);
    this.trace(() => `m${message.id} delivered to ${instance.name}, time ${message.deliveries}`);
    const finish = (result: 'ack' | 'nack', what: string) => {
      if (!instance.alive) return;
      this.trace(() => `m${message.id} ${result}: ${what}`);
      instance.invocations.delete(invocation);
      settle(result);
    };
    handle(invocation).then(
      (result) => {
        this.note(`${instance.service}: ${result}`);
        finish('ack', result);
      },
      (error) => finish('nack', this.#reasonOf(instance, error)),
    );
  }

  #reasonOf(instance: Instance, error: unknown): string {
    const { message } = error as Error;
    if (error instanceof RetryLater)
      this.note(`waited: ${error.fields.cause ?? error.fields.gate ?? message.split(':')[0]}`);
    else this.fail('no surprise', `${instance.name} threw ${(error as Error).stack}`);
    return message;
  }

  /** A new instance takes over where there is none, or now and then; what the old one has begun it finishes. */
  #instanceFor(service: Service) {
    const running = this.#current.get(service);
    // Planning is serial: one planner at a time is what its ordering key and its single instance are for.
    const isReplaced = service !== 'pagedispatch' && this.faults.strikes('handover to a new instance');
    if (running && !isReplaced) return running;
    const instance = new Instance(service, ++this.#instances);
    const machine = { instance, clock: clockOf(this.time, this.#skewMs(), instance) };
    this.trace(() => `${instance.name} starts, its clock is ${machine.clock.now() - this.time.now()} ms off`);
    const started = { machine, handle: this.#start(this, service, machine) };
    this.#current.set(service, started);
    return started;
  }

  #skewMs(): number {
    return this.faults.strikes('clock skewed') ? this.random.between(-300, 300) * 1000 : 0;
  }

  #configure(): Config {
    const { random, faults } = this;
    const cap = () => random.between(5, 60) / 100;
    return {
      ...readConfig({}),
      X_WINDOW_SECONDS: WINDOW_SECONDS,
      PAGE_SIZE: random.between(1, 6),
      MAX_RUN_COST_USD: faults.strikes('cap on the run') ? cap() : null,
      DAILY_BUDGET_USD: faults.strikes('cap on the day') ? cap() : null,
    };
  }
}
