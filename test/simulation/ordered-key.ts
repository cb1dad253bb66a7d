import type { Message } from './message.ts';

type Send = (message: Message, attempt: number, delayMs: number, acked: () => void) => void;

/**
 * The messages of one ordering key: one at a time, in order; and where one is delivered again, so are all that
 * were published after it, acked or not (https://cloud.google.com/pubsub/docs/ordering).
 */
export class OrderedKey {
  readonly #send: Send;
  readonly #published: Message[] = [];
  #waiting: { message: Message; delayMs: number }[] = [];
  #outstanding: Message | null = null;

  constructor(send: Send) {
    this.#send = send;
  }

  add(message: Message, delayMs: number): void {
    this.#published.push(message);
    this.#waiting.push({ message, delayMs });
    this.#next();
  }

  repeat(message: Message): void {
    const waiting = new Map(this.#waiting.map((entry) => [entry.message, entry]));
    if (waiting.has(message) || this.#outstanding === message) return;
    this.#waiting = this.#published
      .slice(this.#published.indexOf(message))
      .map((published) => waiting.get(published) ?? { message: published, delayMs: 1 });
    this.#next();
  }

  #next(): void {
    if (this.#outstanding) return;
    const entry = this.#waiting.shift();
    if (!entry) return;
    this.#outstanding = entry.message;
    this.#send(entry.message, 1, entry.delayMs, () => {
      this.#outstanding = null;
      this.#next();
    });
  }
}
