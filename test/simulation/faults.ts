import type { Random } from './random.ts';

/** Everything that goes wrong, and how likely it is at each opportunity where a profile has it at full strength. */
const FAULTS = {
  // Pub/Sub
  'duplicate at once': 0.15,
  'duplicate later': 0.1,
  'duplicate a day later': 0.04,
  'delivered late': 0.07,
  'ack lost': 0.08,
  'publish failed': 0.06,
  'publish unknown, done now': 0.06,
  'publish unknown, done later': 0.06,
  'messages expire': 0.3,
  // BigQuery
  'read failed': 0.05,
  'append failed': 0.06,
  'append unknown, done now': 0.06,
  'append unknown, done later': 0.06,
  'insert failed': 0.06,
  'insert unknown, done now': 0.08,
  'insert unknown, done later': 0.06,
  'job fails': 0.05,
  'job runs on': 0.05,
  'row seen late': 0.15,
  'row stored twice': 0.05,
  'row reduced': 0.04,
  'row refused': 0.03,
  'request refused': 0.5,
  'column unknown': 0.02,
  'warehouse away': 0.01,
  // the functions
  'crash at a point': 0.03,
  'crash in between': 0.02,
  'handover to a new instance': 0.03,
  'second planner': 0.05,
  'second instance': 0.03,
  'instance frozen': 0.01,
  'clock skewed': 0.5,
  // X
  'window used up by others': 0.03,
  'rate headers missing': 0.1,
  'credits exhausted': 0.01,
  'spend cap': 0.01,
  'usage cap': 0.01,
  'credentials refused': 0.01,
  'X away': 0.02,
  'answer lost': 0.05,
  'answer cut off': 0.03,
  'X stalls': 0.03,
  'answer not understood': 0.01,
  'answer without meta': 0.02,
  'problem beside an empty list': 0.02,
  'page poisoned': 0.08,
  'parent poisoned': 0.1,
  'window tiny': 0.4,
  // lists and accounts
  'list grew': 0.1,
  'list shrank': 0.08,
  'count wrong': 0.2,
  'count absurd': 0.03,
  'short page': 0.1,
  'empty page': 0.08,
  'cursor loop': 0.05,
  'token rejected': 0.03,
  'page refused': 0.03,
  'account closed': 0.06,
  'username handed on': 0.03,
  'account unmentioned': 0.1,
  'count missing': 0.06,
  'friend named by a problem': 0.06,
  'friend misplaced': 0.06,
  'order changed': 0.12,
  'count collapsed': 0.04,
  // requests
  'request published again': 0.6,
  'scheduler publishes twice': 0.5,
  'two chunks at once': 0.4,
  'message unusable': 0.5,
  'parent under two names': 0.2,
  'grandparent malformed': 0.5,
  'cap of the request': 0.3,
  'cap on the run': 0.3,
  'cap on the day': 0.3,
  'more than a chunk': 1,
  // the operator
  'friend forgotten': 0.4,
} as const;

export type Fault = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as Fault[];

/** Injects the faults of a profile, until they are switched off, and counts them. */
export class Faults {
  readonly counts = new Map<string, number>();
  readonly #random: Random;
  readonly #strengths: Partial<Record<Fault, number>>;
  readonly #onInjected: (fault: Fault) => void;
  #on = true;

  constructor(random: Random, strengths: Partial<Record<Fault, number>>, onInjected: (fault: Fault) => void) {
    this.#random = random;
    this.#strengths = strengths;
    this.#onInjected = onInjected;
  }

  get on(): boolean {
    return this.#on;
  }

  stop(): void {
    this.#on = false;
  }

  has(fault: Fault): boolean {
    return (this.#strengths[fault] ?? 0) > 0;
  }

  /** Whether `fault` happens at this opportunity; `times`: as many times as likely as elsewhere. */
  strikes(fault: Fault, times = 1): boolean {
    if (!this.#on || !this.#random.chance(FAULTS[fault] * (this.#strengths[fault] ?? 0) * times))
      return false;
    this.counts.set(fault, (this.counts.get(fault) ?? 0) + 1);
    this.#onInjected(fault);
    return true;
  }

  /** The first of `faults` that happens; undefined: none. */
  oneOf<F extends Fault>(...faults: F[]): F | undefined {
    return faults.find((fault) => this.strikes(fault));
  }
}
