/**
 * Delivers the messages of one subscription. Not imitated: pull, exactly-once, dead letters, filters, slow start,
 * and the redelivery of later, already acknowledged messages of a key after an earlier one comes again.
 */
import type { Clock } from '../../../shared/clock.ts';
import { isAck, type Push, type PushBody } from './push.ts';
import { type Subscription, timingOf } from './requests.ts';
import type { Store } from './store.ts';

export interface Delivery {
  clock: Clock;
  push: Push;
  /** Pushes in flight at once, per subscription. */
  maxOutstanding: number;
  log: (transition: { event: string; [detail: string]: unknown }) => void;
}

/** Node's timers end at 2^31 ms, before the longest retention does; looking once an hour costs nothing. */
const LONGEST_SLEEP_MS = 3_600_000;

export class Pusher {
  /** As last set; without a push endpoint messages wait. */
  config: Subscription;
  readonly #store: Store;
  readonly #id: number;
  readonly #delivery: Delivery;
  readonly #inFlight = new Map<number, AbortController>();
  #sleep: AbortController | null = new AbortController();

  constructor(config: Subscription, store: Store, id: number, delivery: Delivery) {
    [this.config, this.#store, this.#id, this.#delivery] = [config, store, id, delivery];
    void this.#run();
  }

  /** To be called after anything that may have made a message ready. */
  wake(): void {
    this.#sleep?.abort();
  }

  /** Leaves what is not acknowledged as it is. */
  close(): void {
    this.wake();
    this.#sleep = null;
    for (const request of this.#inFlight.values()) request.abort();
    this.#inFlight.clear();
  }

  async #run(): Promise<void> {
    const { clock } = this.#delivery;
    while (this.#sleep) {
      this.#sleep = new AbortController();
      const ms = this.#startPushes(clock.now());
      // A sleep rejects only when it is aborted: to look again.
      await clock.sleep(ms, this.#sleep.signal).catch(() => undefined);
    }
  }

  /** Starts whatever may start now; returns in how many ms to look again. */
  #startPushes(now: number): number {
    const { maxOutstanding, log } = this.#delivery;
    const { retention } = timingOf(this.config);
    const { changes: messages } = this.#store.expire.run(this.#id, now - retention);
    if (messages > 0) log({ event: 'expire', subscription: this.config.name, messages });
    // A message in flight is still due, hence the limit: at least as many others follow as there are free places.
    const ready = this.#store.ready.all(this.#id, now, maxOutstanding).map(({ seq }) => Number(seq));
    for (const seq of this.config.pushConfig?.pushEndpoint ? ready : [])
      if (this.#inFlight.size < maxOutstanding && !this.#inFlight.has(seq)) void this.#deliver(seq);
    const next = this.#store.next.get({ id: this.#id, now, retention })?.at ?? Infinity;
    return Math.min(Number(next) - now, LONGEST_SLEEP_MS);
  }

  async #deliver(seq: number): Promise<void> {
    const { clock, log } = this.#delivery;
    const request = new AbortController();
    this.#inFlight.set(seq, request);
    const row = this.#store.read.get(seq);
    const body: PushBody = { message: JSON.parse(String(row?.message)), subscription: this.config.name };
    const { minBackoff, maxBackoff } = timingOf(this.config);
    const retryInMs = Math.min(maxBackoff, minBackoff * 2 ** Number(row?.nacks));
    const subject = { subscription: this.config.name, messageId: body.message.messageId };
    log({ event: 'push', ...subject });
    const failure = await this.#push(body, request);
    if (!this.#inFlight.delete(seq)) return;
    if (failure === null) this.#store.acknowledge.run(seq);
    else this.#store.postpone.run(clock.now() + retryInMs, seq);
    log(failure === null ? { event: 'ack', ...subject } : { event: 'nack', ...subject, failure, retryInMs });
    this.wake();
  }

  /** Returns null for an ack, else why it is none. An answer after the deadline has no effect. */
  async #push(body: PushBody, request: AbortController): Promise<string | null> {
    const { clock, push } = this.#delivery;
    const deadline = clock.sleep(timingOf(this.config).ackDeadline, request.signal);
    try {
      const answer = push(this.config.pushConfig?.pushEndpoint ?? '', body, request.signal);
      const status = await Promise.race([answer, deadline]);
      return status === undefined ? 'ack deadline' : isAck(status) ? null : `HTTP ${status}`;
    } catch (error) {
      return String(error);
    } finally {
      request.abort();
    }
  }
}
