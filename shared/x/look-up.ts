import { RetryLater } from '../errors.ts';
import { HOUR_MS } from '../times.ts';
import { isWait } from './allowance.ts';
import { askX, type Gate, waitsFor } from './gate.ts';
import { canBeAsked } from './observe.ts';
import type { Refusals } from './refusals.ts';
import type { Exchange, LookUpBy, LookupAnswer, Observation, Problem, Wait, X } from './types.ts';

export interface LookUp {
  x: Pick<X, 'lookup'>;
  /** Called right before X is asked: throws RetryLater where nothing may be bought (R30). */
  assertMayBuy: () => void;
  gate: Gate;
  by: LookUpBy;
  refusals: Refusals;
  /** ms since 1970. */
  deadlineMs: number;
  /** Whether an account that X does not answer by itself is given up, though X answers nobody else either. */
  isOverdue: (account: string) => boolean;
}

export interface LookedUp {
  /** What X says, of each account that it has answered or that is given up: that is `unknown`, in X's words. */
  observations: Observation[];
  /** Why the others are not answered: whoever asks for them comes again. Null: there are none. */
  waits: RetryLater | null;
}

/** R11: how old a message is whose account is given up that X does not answer by itself. */
export const GIVEN_UP_AFTER_MS = HOUR_MS;

/** An X that is away is not asked more often than this before its message comes again. */
const MOST_FAILURES = 8;

/**
 * R11: what X says of up to 100 accounts, which are asked for together. A call that fails is halved until an account
 * stands alone, so that none keeps another from being looked up; what X has answered is used, whatever becomes of the
 * rest. `accounts` is called when the turn has come.
 */
export async function lookUp(options: LookUp, accounts: () => string[]): Promise<LookedUp> {
  const inquiry = new Inquiry(options);
  const waits = (await inquiry.all(accounts)) ?? (await inquiry.aloneOnceMore());
  return inquiry.result(waits);
}

class Inquiry {
  readonly #options: LookUp;
  readonly #observations = new Map<string, Observation>();
  /** Accounts that were asked for alone, and what came instead of an answer. */
  readonly #alone = new Map<string, Wait>();
  /** In a row. */
  #failures = 0;
  #isAnswered = false;
  /** Three windows have been waited for these accounts: X has refused in words that nobody knows, or that nobody can read. */
  #refused: Wait['cause'] | null = null;

  constructor(options: LookUp) {
    this.#options = options;
  }

  /** Returns why it had to stop. */
  async all(accounts: () => string[]): Promise<RetryLater | null> {
    const { gate, deadlineMs } = this.#options;
    let asked: string[] = [];
    const answer = await askX(gate, deadlineMs, () => {
      asked = accounts();
      return this.#ask(asked);
    }).catch(whyLater);
    if (answer instanceof RetryLater) return answer;
    if (!isWait(answer)) return this.#answered(answer);
    if (answer.closeUntilMs !== null) return waitsFor(gate, answer);
    return this.#failed(asked, answer);
  }

  async #failed(asked: string[], wait: Wait): Promise<RetryLater | null> {
    this.#failures++;
    // Each answer that cannot be read may have cost as much as one that can: a part is not asked for again.
    if (wait.cause === 'unreadable' && this.#refused === null) return waitsFor(this.#options.gate, wait);
    const isGivenUp = this.#refused === 'unreadable' || (this.#refused !== null && asked.length === 1);
    if (isGivenUp) this.#keep(asked.map((account) => unknown(account, wait)));
    else if (asked.length === 1) for (const account of asked) this.#alone.set(account, wait);
    if (isGivenUp || asked.length === 1) return null;
    if (this.#failures >= MOST_FAILURES) return waitsFor(this.#options.gate, wait);
    const half = Math.ceil(asked.length / 2);
    return (await this.all(() => asked.slice(0, half))) ?? this.all(() => asked.slice(half));
  }

  /** X may have been away for a moment, and has answered others since. */
  async aloneOnceMore(): Promise<RetryLater | null> {
    if (!this.#isAnswered) return null;
    for (const account of [...this.#alone.keys()]) {
      this.#alone.delete(account);
      const stop = await this.all(() => [account]);
      if (stop) return stop;
    }
    return null;
  }

  result(waits: RetryLater | null): LookedUp {
    const { gate, isOverdue } = this.#options;
    const observations = [...this.#observations.values()];
    let stop = waits;
    for (const [account, wait] of this.#alone)
      if (this.#isAnswered || isOverdue(account)) observations.push(unknown(account, wait));
      else stop ??= waitsFor(gate, wait);
    return { observations, waits: stop };
  }

  async #ask(accounts: string[]): Promise<Exchange<LookupAnswer>> {
    const { x, by, refusals, assertMayBuy } = this.#options;
    assertMayBuy();
    const exchange = await x.lookup(by, accounts);
    if (this.#refused !== null) return openGate(exchange);
    return refusals.weigh<LookupAnswer | Wait>(`${by} ${accounts.join()}`, exchange, (wait) => {
      this.#refused = wait.cause;
      return { ...wait, closeUntilMs: null };
    }) as Exchange<LookupAnswer>;
  }

  /** Those of which X says nothing are asked for once more, by themselves, and are `unknown` if it still does not say. */
  async #answered({ observations }: LookupAnswer): Promise<RetryLater | null> {
    const { gate, by, x, deadlineMs, assertMayBuy } = this.#options;
    this.#failures = 0;
    this.#isAnswered = true;
    const isSilent = ({ status, requested }: Observation) =>
      status === 'unknown' && canBeAsked(by, requested);
    this.#keep(observations.filter((observation) => !isSilent(observation)));
    const silent = observations.filter(isSilent);
    if (silent.length === 0) return null;
    const accounts = silent.map(({ requested }) => requested);
    const again = await askX(gate, deadlineMs, async () => {
      assertMayBuy();
      return stillSilent(silent, await x.lookup(by, accounts));
    }).catch(whyLater);
    if (again instanceof RetryLater) return again;
    if (isWait(again)) return waitsFor(gate, again);
    this.#keep(again.observations);
    return null;
  }

  #keep(observations: Observation[]): void {
    for (const observation of observations) this.#observations.set(observation.requested, observation);
  }
}

function whyLater(error: unknown): RetryLater {
  if (error instanceof RetryLater) return error;
  throw error;
}

/** What is not understood keeps nobody else waiting. */
function openGate(exchange: Exchange<LookupAnswer>): Exchange<LookupAnswer> {
  const { answer } = exchange;
  if (!isWait(answer) || answer.cause !== 'not-understood') return exchange;
  return { ...exchange, answer: { ...answer, closeUntilMs: null } };
}

/**
 * X answered a moment ago: where it does not now, or refuses in words that nobody knows, it is these accounts that it
 * does not answer. What concerns all calls (money, credentials, the rate) is waited for.
 */
function stillSilent(silent: Observation[], exchange: Exchange<LookupAnswer>): Exchange<LookupAnswer> {
  const { answer } = openGate(exchange);
  if (!isWait(answer) || answer.closeUntilMs !== null) return exchange;
  const problem: Problem = { source: 'x', title: 'No answer', detail: `asked again: ${answer.detail}` };
  const observations = silent.map((one) => ({ ...one, problems: [...one.problems, problem] }));
  return { ...exchange, answer: { kind: 'looked-up', observations } };
}

function unknown(account: string, { detail, problems = [] }: Wait): Observation {
  const said: Problem = { source: 'x', title: 'No answer', detail };
  return { requested: account.toLowerCase(), status: 'unknown', problems: [said, ...problems] };
}
