import type { Gate } from '../../../shared/x/gate.ts';
import type { Endpoint } from '../../../shared/x/types.ts';
import type { Instance, Invocation } from '../instance.ts';
import type { VirtualTime } from '../virtual-time.ts';
import type { Said } from '../x-server.ts';
import type { Fail } from './fail.ts';

/** As in functions/getpage/warehouse-gate.ts. */
const FIRST_PAUSE_MS = 10_000;

/** No call to X while the gate of the instance is closed, or should be; no call at all while it is closed on arrival. */
export class GateCheck {
  readonly #time: VirtualTime;
  readonly #fail: Fail;
  /** Clocks differ: a reset that X names means another moment to each instance. */
  readonly #areClocksRight: boolean;
  readonly #cannotStoreSince = new Map<Instance, number>();
  readonly #closedUntil = new Map<string, number>();

  constructor(time: VirtualTime, areClocksRight: boolean, fail: Fail) {
    this.#time = time;
    this.#areClocksRight = areClocksRight;
    this.#fail = fail;
  }

  callingOutside({ mustNotCall, instance, message }: Invocation): void {
    if (mustNotCall)
      this.#fail(
        'waiting costs nothing',
        `${instance.name} calls outside for m${message.id} at a closed gate`,
      );
  }

  callingX(instance: Instance, endpoint: Endpoint, gate: Gate): void {
    const closure = gate.closure();
    if (closure)
      this.#fail('limits', `${instance.name} calls ${endpoint} while its gate is closed (${closure.cause})`);
    const until = this.#closedUntil.get(`${instance.name}/${endpoint}`) ?? 0;
    if (this.#time.now() < until)
      this.#fail(
        'limits',
        `${instance.name} calls ${endpoint} before ${new Date(until).toISOString()}, as X told it to wait`,
      );
  }

  /** The instance has been told whether a page that it appended is stored. */
  appended(instance: Instance, isStored: boolean): void {
    if (isStored) this.#cannotStoreSince.delete(instance);
    // Of many that fail side by side the first says it; the others say nothing new.
    else if (!this.#cannotStore(instance)) this.#cannotStoreSince.set(instance, this.#time.now());
  }

  /** No page is bought while pages cannot be stored: at the least for as long as the first pause. */
  buying({ instance }: Invocation): void {
    if (this.#cannotStore(instance))
      this.#fail('cheap', `${instance.name} buys a page right after one could not be stored`);
  }

  #cannotStore(instance: Instance): boolean {
    const sinceMs = this.#cannotStoreSince.get(instance);
    return sinceMs !== undefined && this.#time.now() < sinceMs + FIRST_PAUSE_MS;
  }

  /** What the instance has been told by X, from X's own side. */
  heard(instance: Instance, endpoint: Endpoint, { truth, usedUpUntilMs }: Said): void {
    const isRate = truth.kind !== 'wait' || truth.cause === 'rate-limited';
    if (isRate && !this.#areClocksRight) return;
    const until = truth.kind === 'wait' ? truth.closedUntilMs : usedUpUntilMs;
    if (until === null) return;
    const key = `${instance.name}/${endpoint}`;
    this.#closedUntil.set(key, Math.max(until, this.#closedUntil.get(key) ?? 0));
  }
}
