/**
 * Delivers the messages of one subscription. Not imitated: pull, exactly-once, dead letters, filters, slow start,
 * and the redelivery of later, already acknowledged messages of a key after an earlier one comes again.
 */
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../../shared/clock.ts';
import { HOUR_MS } from '../../../shared/times.ts';
import type { Push } from './push.ts';
import { type Subscription, timingOf } from './requests.ts';
import type { Store } from './store.ts';

export interface Delivery {
  clock: Clock;
  push: Push;
  maxOutstanding: number; // pushes in flight at once, per subscription
  mostRetentionDays: number;
  log: (transition: { event: string; [detail: string]: unknown }) => void;
}
export type Context = Delivery & Store;

export class Pusher {
  /** As last set; without a push endpoint messages wait. */
  config: Subscription;
  readonly #context: Context & { id: number };
  readonly #inFlight = new Map<number, AbortController>();
  /** Of messages in flight, by `seq`: when to push again; Infinity = acknowledged. */
  readonly #answers = new Map<number, number>();
  #sleep: AbortController | null = new AbortController();

  constructor(config: Subscription, context: Context & { id: number }) {
    [this.config, this.#context] = [config, context];
    void this.#run();
  }

  /** To be called after anything that may have made a message ready. */
  wake(): void {
    this.#sleep?.abort('look again');
  }

  /** Leaves what is not acknowledged as it is. */
  close(): void {
    this.#storeAnswers();
    this.wake();
    this.#sleep = null;
    for (const request of this.#inFlight.values()) request.abort('closed');
    this.#inFlight.clear();
  }

  async #run(): Promise<void> {
    while (this.#sleep) {
      this.#sleep = new AbortController();
      this.#storeAnswers();
      const ms = this.#startPushes(this.#context.clock.now());
      // It rejects only when it is aborted, that is: woken.
      await this.#context.clock.sleep(ms, this.#sleep.signal).catch(() => undefined);
      // Answers that came in together are stored together, which is 20 times cheaper.
      await setImmediate();
    }
  }

  #storeAnswers(): void {
    const { db, acknowledge, postpone } = this.#context;
    db.exec('BEGIN');
    for (const [seq, due] of this.#answers) {
      due === Infinity ? acknowledge.run(seq) : postpone.run(due, seq);
      this.#inFlight.delete(seq);
    }
    db.exec('COMMIT');
    this.#answers.clear();
  }

  /** Starts whatever may start now; returns in how many ms to look again. */
  #startPushes(now: number): number {
    const { id, maxOutstanding, log, expire, ready, next } = this.#context;
    const { retention } = timingOf(this.config);
    const { changes: messages } = expire.run(id, now - retention);
    if (messages > 0) log({ event: 'expire', subscription: this.config.name, messages });
    // A message in flight is still due, hence the limit: at least as many others follow as there are free places.
    const due = this.config.pushConfig?.pushEndpoint ? ready.all(id, now, maxOutstanding) : [];
    for (const seq of due.map((row) => Number(row.seq)))
      if (this.#inFlight.size < maxOutstanding && !this.#inFlight.has(seq)) void this.#deliver(seq);
    // Node's timers end at 2^31 ms, before the longest retention does; looking once an hour costs nothing.
    return Math.min(Number(next.get({ id, now, retention })?.at ?? Infinity) - now, HOUR_MS);
  }

  async #deliver(seq: number): Promise<void> {
    const { clock, push, log, read } = this.#context;
    const { name: subscription, pushConfig } = this.config;
    const { ackDeadline, minBackoff, maxBackoff } = timingOf(this.config);
    const row = read.get(seq);
    const message = JSON.parse(String(row?.message));
    log({ event: 'push', subscription, messageId: message.messageId });
    const request = new AbortController();
    this.#inFlight.set(seq, request);
    const answer = await Promise.race([
      push(pushConfig?.pushEndpoint ?? '', { message, subscription }, request.signal),
      clock.sleep(ackDeadline, request.signal).then(() => 'ack deadline', String),
    ]);
    request.abort('answered');
    if (!this.#inFlight.has(seq)) return;
    const retryMs = answer === 'ack' ? Infinity : Math.min(maxBackoff, minBackoff * 2 ** Number(row?.nacks));
    log({ event: 'answer', subscription, messageId: message.messageId, answer, retryMs });
    this.#answers.set(seq, clock.now() + retryMs);
    this.wake();
  }
}
