import { DAY_MS, HOUR_MS } from '../../shared/times.ts';
import type { Faults } from './faults.ts';
import type { Message, Settle } from './message.ts';
import { OrderedKey } from './ordered-key.ts';
import type { Random } from './random.ts';
import type { Timer, VirtualTime } from './virtual-time.ts';

export interface BrokerOptions {
  time: VirtualTime;
  random: Random;
  faults: Faults;
  /** Whether subscriptions have message ordering enabled. */
  ordered: boolean;
  deliver: (message: Message, settle: Settle) => void;
  /** Whether nobody of ours has subscribed to it. */
  isForOthers: (topic: string) => boolean;
  trace: (line: () => string) => void;
}

/** https://cloud.google.com/pubsub/docs/handling-failures#exponential_backoff, and the longest ack deadline. */
const BACKOFF_MS = { least: 10_000, most: 600_000 };
const ACK_DEADLINE_MS = 600_000;
/** The longest that a subscription keeps a message; short where messages are to expire. */
const RETENTION_MS = { longest: 31 * DAY_MS, short: 2 * DAY_MS };
/** Of a hundred messages this many never reach anybody before they expire. */
const LOST_PERCENT = 2;

/** Pub/Sub as the functions meet it: at least once, whenever it likes, in order only where that is switched on. */
export class Broker {
  readonly messages: Message[] = [];
  readonly #options: BrokerOptions;
  readonly #keys = new Map<string, OrderedKey>();
  readonly #retentionMs: number;
  #unsettled = 0;

  constructor(options: BrokerOptions) {
    this.#options = options;
    this.#retentionMs = options.faults.strikes('messages expire') ? RETENTION_MS.short : RETENTION_MS.longest;
  }

  /** How many deliveries are under way or due. */
  get unsettled(): number {
    return this.#unsettled;
  }

  publish(
    topic: string,
    text: string,
    options: { orderingKey?: string; attributes?: Record<string, string> } = {},
  ): Message {
    const message: Message = {
      id: String(this.messages.length + 1),
      topic,
      text,
      body: bodyOf(text),
      attributes: options.attributes ?? {},
      orderingKey: options.orderingKey ?? null,
      publishedMs: this.#options.time.now(),
      deliveries: 0,
      acked: false,
      expired: false,
    };
    this.messages.push(message);
    this.#options.trace(() => `published m${message.id} to ${topic}: ${text.slice(0, 300)}`);
    const { faults, random, isForOthers } = this.#options;
    if (isForOthers(topic)) {
      message.acked = true;
      return message;
    }
    if (faults.on && this.#retentionMs === RETENTION_MS.short && random.between(1, 100) <= LOST_PERCENT) {
      this.#expire(message);
      return message;
    }
    this.#enqueue(message, faults.strikes('delivered late') ? lateMs(random) : random.magnitude(5, 500));
    this.#duplicate(message);
    return message;
  }

  /** Delivers a message once more, `afterMs` from now, as Pub/Sub may at any time. */
  repeat(message: Message, afterMs: number): void {
    if (this.#options.isForOthers(message.topic)) return;
    this.#unsettled++;
    this.#options.time.after(afterMs, () => {
      this.#unsettled--;
      const key = this.#keyOf(message);
      if (key) key.repeat(message);
      else this.#send(message, 1, 0);
    });
  }

  #duplicate(message: Message): void {
    const { faults, random } = this.#options;
    const spans = {
      'duplicate at once': [1, 2000],
      'duplicate later': [2000, 12 * HOUR_MS],
      'duplicate a day later': [DAY_MS, 2 * DAY_MS],
    } as const;
    for (const [fault, [least, most]] of Object.entries(spans) as [
      keyof typeof spans,
      readonly [number, number],
    ][]) {
      if (!faults.strikes(fault)) continue;
      const copies = random.chance(0.1) ? random.between(2, 19) : 1;
      for (let copy = 0; copy < copies; copy++) this.repeat(message, random.magnitude(least, most));
    }
  }

  #enqueue(message: Message, delayMs: number): void {
    const key = this.#keyOf(message);
    if (key) key.add(message, delayMs);
    else this.#send(message, 1, delayMs);
  }

  #keyOf(message: Message): OrderedKey | null {
    if (!this.#options.ordered || message.orderingKey === null) return null;
    const name = `${message.topic}/${message.orderingKey}`;
    let key = this.#keys.get(name);
    if (!key) {
      key = new OrderedKey((of, attempt, delayMs, acked) => this.#send(of, attempt, delayMs, acked));
      this.#keys.set(name, key);
    }
    return key;
  }

  #expire(message: Message): void {
    message.expired = true;
    this.#options.trace(() => `m${message.id} expires`);
  }

  /** Delivers until it is acked. `acked` is called once; the message may come again all the same. */
  #send(message: Message, attempt: number, delayMs: number, acked?: () => void): void {
    const { time, random, faults } = this.#options;
    const again = (waitMs: number) => this.#send(message, attempt + 1, waitMs, acked);
    const expiresMs = message.publishedMs + this.#retentionMs;
    // Whoever is late expires in its time all the same, and does not hold up those behind it any longer.
    const waitMs = message.acked ? delayMs : Math.max(0, Math.min(delayMs, expiresMs - time.now()));
    this.#unsettled++;
    time.after(waitMs, () => {
      if (time.now() >= expiresMs && !message.acked) {
        this.#unsettled--;
        this.#expire(message);
        acked?.();
        return;
      }
      let over = false;
      const settle = (result: 'ack' | 'nack' | 'deadline') => {
        if (over) return;
        over = true;
        time.cancel(deadline);
        this.#unsettled--;
        if (result === 'deadline') return again(0);
        if (result === 'nack') return again(backoffMs(attempt, random));
        if (faults.strikes('ack lost')) return again(random.magnitude(1, ACK_DEADLINE_MS));
        message.acked = true;
        acked?.();
      };
      const deadline: Timer = time.after(ACK_DEADLINE_MS, () => settle('deadline'));
      message.deliveries++;
      this.#options.deliver(message, settle);
    });
  }
}

function backoffMs(attempt: number, random: Random): number {
  const exponential = Math.min(BACKOFF_MS.most, BACKOFF_MS.least * 2 ** Math.min(attempt - 1, 10));
  return Math.floor(exponential * (0.9 + random.next() * 0.2));
}

/** Hours mostly; sometimes days, so that a dispatch has stalled by then. */
function lateMs(random: Random): number {
  return random.chance(0.5) ? random.between(DAY_MS, 3 * DAY_MS) : random.magnitude(1000, DAY_MS);
}

function bodyOf(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null; // some messages are not meant to be readable
  }
}
