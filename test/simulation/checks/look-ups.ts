import { MINUTE_MS } from '../../../shared/times.ts';
import type { LookUpBy } from '../../../shared/x/types.ts';
import type { Instance, Invocation } from '../instance.ts';
import type { Fail } from './fail.ts';
import type { Again } from './purchases.ts';

/** A message that has been away for longer may be forgotten. */
const REMEMBERED_MS = 30 * MINUTE_MS;

/** What one instance has heard from X for one message. */
interface Heard {
  /** When the message was last in hand. */
  atMs: number;
  accounts: Set<string>;
}

/**
 * An instance that has heard what X says of a parent pays no second time for it, however often its message comes again.
 * Who has not heard it, or another instance, does: that is counted.
 */
export class LookUpCheck {
  paid = 0;
  readonly paidAgain: Record<Again, number> = {
    'answer lost': 0,
    'answer unusable': 0,
    'instance gone': 0,
    'other instance': 0,
  };
  readonly #nowMs: () => number;
  readonly #fail: Fail;
  readonly #heard = new Map<Instance, Map<string, Heard>>();
  /** By message and account. */
  readonly #payers = new Map<string, Instance>();

  constructor(nowMs: () => number, fail: Fail) {
    this.#nowMs = nowMs;
    this.#fail = fail;
  }

  /** A planner begins with a message, or once more. */
  planning({ instance, message }: Invocation): void {
    const messages = this.#heard.get(instance) ?? new Map<string, Heard>();
    this.#heard.set(instance, messages);
    const [now, before] = [this.#nowMs(), messages.get(message.id)];
    if (before && now - before.atMs <= REMEMBERED_MS) before.atMs = now;
    else messages.set(message.id, { atMs: now, accounts: new Set() });
  }

  /** X has taken money for `found`: usernames. Returns what to call where its answer is heard, and of use. */
  paying({ instance, message }: Invocation, by: LookUpBy, found: string[]): () => void {
    const heard = this.#heard.get(instance)?.get(message.id);
    const names = found.map((username) => `by ${by} ${username}`);
    for (const name of names) {
      this.paid++;
      const payer = this.#payers.get(`${message.id} ${name}`);
      if (payer) this.paidAgain[this.#why(payer, instance)]++;
      this.#payers.set(`${message.id} ${name}`, instance);
      if (heard?.accounts.has(name))
        this.#fail('cheap', `${instance.name} pays again for the look-up ${name} of message ${message.id}`);
    }
    return () => {
      for (const name of names) heard?.accounts.add(name);
    };
  }

  #why(payer: Instance, instance: Instance): Again {
    if (payer === instance) return 'answer lost';
    return payer.alive ? 'other instance' : 'instance gone';
  }
}
