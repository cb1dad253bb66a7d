import { RetryLater } from '../../shared/errors.ts';
import { MINUTE_MS } from '../../shared/times.ts';
import type { Service } from './crash-points.ts';
import { type Handle, Instance, Invocation, type Machine } from './instance.ts';
import type { Message, Settle } from './message.ts';
import type { Surroundings } from './surroundings.ts';
import { clockOf } from './virtual-time.ts';

interface Running {
  machine: Machine;
  handle: Handle;
  /** From then on no message reaches it any more. */
  untilMs: number;
}

/** Messages that an instance handles at once; more are turned away. */
const MOST_AT_ONCE = 40;
/** For so long there may be more instances than the maximum: https://cloud.google.com/functions/docs/configuring/max-instances */
const TWO_MS = { least: MINUTE_MS, most: 30 * MINUTE_MS };
/** Longer than an ack deadline: what is in hand meanwhile is delivered to another instance. */
const FROZEN_MS = { least: 10 * MINUTE_MS, most: 60 * MINUTE_MS };

/** Cloud Functions: which instance handles a message. One of a service, and now and then two, whatever the maximum is. */
export class Platform {
  readonly #sim: Surroundings;
  readonly #start: (service: Service, machine: Machine) => Handle;
  readonly #running = new Map<Service, Running[]>();
  #instances = 0;

  constructor(sim: Surroundings, start: (service: Service, machine: Machine) => Handle) {
    this.#sim = sim;
    this.#start = start;
  }

  crash(instance: Instance): void {
    if (!instance.alive) return;
    this.#sim.trace(() => `${instance.name} crashes with ${instance.invocations.size} messages in hand`);
    instance.crash();
  }

  deliver(message: Message, settle: Settle): void {
    const sim = this.#sim;
    const service = message.topic as Service;
    const { machine, handle } = this.#instanceFor(service);
    const { instance } = machine;
    if (instance.invocations.size >= MOST_AT_ONCE) {
      sim.note('instance full');
      settle('nack');
      return;
    }
    const invocation = new Invocation(instance, message, settle, sim.time.now());
    sim.counts.deliveries++;
    if (instance.invocations.size > 0) sim.note('side by side');
    instance.invocations.add(invocation);
    sim.trace(() => `m${message.id} delivered to ${instance.name}, time ${message.deliveries}`);
    const finish = (result: 'ack' | 'nack', what: string) => {
      if (!instance.alive) return;
      sim.trace(() => `m${message.id} ${result}: ${what}`);
      instance.invocations.delete(invocation);
      settle(result);
    };
    handle(invocation).then(
      (result) => {
        sim.note(`${service}: ${result}`);
        finish('ack', result);
      },
      (error) => finish('nack', this.#reasonOf(instance, error)),
    );
    if (this.#mayBeMany(service) && sim.faults.strikes('instance frozen')) this.#freeze(instance);
  }

  #freeze(instance: Instance): void {
    const { time, random } = this.#sim;
    const frozenMs = random.magnitude(FROZEN_MS.least, FROZEN_MS.most);
    this.#sim.trace(() => `${instance.name} stands still for ${frozenMs} ms`);
    instance.freeze(time.now() + frozenMs);
  }

  #reasonOf(instance: Instance, error: unknown): string {
    const { message, stack } = error as Error;
    if (error instanceof RetryLater)
      this.#sim.note(`waited: ${error.fields.cause ?? error.fields.gate ?? message.split(':')[0]}`);
    else this.#sim.fail('no surprise', `${instance.name} threw ${stack}`);
    return message;
  }

  /** Where messages keep no order, nothing but the one instance sees to it that there is one planner at a time. */
  #mayBeMany(service: Service): boolean {
    return service !== 'pagedispatch' || this.#sim.profile.ordered;
  }

  /** What an old instance has begun it finishes. */
  #instanceFor(service: Service): Running {
    const { time, faults, random } = this.#sim;
    const now = time.now();
    const running = (this.#running.get(service) ?? []).filter(
      ({ machine: { instance }, untilMs }) => instance.alive && !instance.isFrozen(now) && now < untilMs,
    );
    const [first] = running;
    if (this.#mayBeMany(service) && faults.strikes('handover to a new instance')) running.length = 0;
    const second = service === 'pagedispatch' ? 'second planner' : 'second instance';
    if (running.length === 1 && first && this.#mayBeMany(service) && faults.strikes(second)) {
      first.untilMs = now + random.magnitude(TWO_MS.least, TWO_MS.most);
      running.push(this.#started(service));
    }
    if (running.length === 0) running.push(this.#started(service));
    this.#running.set(service, running);
    return running.length === 1 ? (running[0] as Running) : random.pick(running);
  }

  #started(service: Service): Running {
    const { time } = this.#sim;
    const instance = new Instance(service, ++this.#instances);
    const machine = { instance, clock: clockOf(time, this.#sim.skewMs(), instance) };
    this.#sim.trace(() => `${instance.name} starts, its clock is ${machine.clock.now() - time.now()} ms off`);
    return { machine, handle: this.#start(service, machine), untilMs: Number.POSITIVE_INFINITY };
  }
}
