import type { Clock } from '../../shared/clock.ts';
import { Memory } from '../../shared/memory.ts';
import { MINUTE_MS } from '../../shared/times.ts';
import { sumUsd } from '../../shared/x/prices.ts';
import type { Known, Observed } from './look-up-parents.ts';

/** A message waits for its turn, its delivery runs out, and it comes again within the longest back-off: 10 minutes each. */
const COMES_AGAIN_MS = 30 * MINUTE_MS;
/** Of up to 100 parents each, of about 2 kB: 10 MB at most. */
const MESSAGES_KNOWN = 50;

/** What X has said to a message of a run, by dispatch id. */
interface Heard {
  runId: string;
  parents: Map<string, Observed>;
}

/** What X has said to the messages that this instance handles, or has handled and that may come again. */
export class ObservedParents {
  readonly #messages: Memory<Heard>;
  /** Plans that BigQuery was given, by message: nobody knows what became of them. */
  readonly #inDoubt: Memory<{ runId: string; usd: number }>;

  constructor(clock: Clock) {
    this.#messages = new Memory({ clock, forMs: COMES_AGAIN_MS, most: MESSAGES_KNOWN });
    this.#inDoubt = new Memory({ clock, forMs: COMES_AGAIN_MS, most: MESSAGES_KNOWN });
  }

  /** Kept for as long again: the message is in hand. */
  of(messageId: string): Heard['parents'] {
    const heard = this.#messages.get(messageId);
    if (heard) this.#messages.keep(messageId, heard);
    return heard?.parents ?? new Map();
  }

  /** Only messages that X has told something take a place. */
  keep(messageId: string, heard: Heard): void {
    this.#messages.keep(messageId, heard);
  }

  /** Whether a look-up was paid for the message of which no row tells yet. */
  isUntold(messageId: string): boolean {
    const { parents } = this.#messages.get(messageId) ?? {};
    return [...(parents?.values() ?? [])].some(({ lookupUsd }) => lookupUsd > 0);
  }

  /** `usd`: what the plan of a message commits for pages; it may have taken effect, or may yet. */
  doubt(messageId: string, runId: string, usd: number): void {
    this.#inDoubt.keep(messageId, { runId, usd });
  }

  certain(messageId: string): void {
    this.#inDoubt.drop(messageId);
  }

  /**
   * In US dollars, of which no row tells yet: look-ups, and what the plans of other messages than `messageId` may have
   * committed. Of all messages, and of those of the run.
   */
  spent(runId: string, messageId: string): { dayUsd: number; runUsd: number } {
    const all = this.#messages.values();
    const doubtful = this.#inDoubt.entries().filter(([id]) => id !== messageId);
    const sum = (isCounted: (of: { runId: string }) => boolean) =>
      sumUsd([
        spentOn(all.filter(isCounted)),
        ...doubtful.flatMap(([, plan]) => (isCounted(plan) ? plan.usd : [])),
      ]);
    return { dayUsd: sum(() => true), runUsd: sum((of) => of.runId === runId) };
  }
}

const spentOn = (heard: Heard[]): number =>
  sumUsd(heard.flatMap(({ parents }) => [...parents.values()].map(({ lookupUsd }) => lookupUsd)));

/**
 * What is known of the parents of a message, by dispatch id. What X has said to it is kept for when the message comes
 * again, and not asked anew, since each look-up is paid for. Another message asks for itself (R10).
 */
export class KnownParents {
  readonly #ofThisDelivery = new Map<string, Known>();
  readonly #observed: Map<string, Observed>;
  readonly #keep: () => void;

  /** `messageId`: of this message alone, also where its publisher begins its ids anew. */
  constructor(observed: ObservedParents, messageId: string, runId: string) {
    const parents = observed.of(messageId);
    this.#observed = parents;
    this.#keep = () => observed.keep(messageId, { runId, parents });
  }

  get(dispatchId: string): Known | undefined {
    return this.#observed.get(dispatchId) ?? this.#ofThisDelivery.get(dispatchId);
  }

  set(dispatchId: string, known: Known): void {
    if (known.kind !== 'observed') {
      this.#ofThisDelivery.set(dispatchId, known);
      return;
    }
    this.#observed.set(dispatchId, known);
    this.#keep();
  }

  /** A row tells what its look-up has cost, and no second one does. */
  countNoMore(dispatchId: string): void {
    const of = this.#observed.get(dispatchId);
    if (of) of.lookupUsd = 0;
  }
}
